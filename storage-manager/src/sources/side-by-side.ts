import type { Digest } from '../ids/digest.ts';
import type { CallOptions, ChunkSource } from '../interfaces.ts';
import { together } from '../together.ts';

/** Reads one block into the buffer and resolves with its length. */
export type ReadOne = (digest: Digest, into: Uint8Array, options: CallOptions) => Promise<number>;

/**
 * Makes `read` of a function that reads one block. The first failure ends the other reads, and all have settled before
 * the call does: nobody writes into the caller's buffers afterwards.
 */
export function sideBySide(readOne: ReadOne): ChunkSource['read'] {
  return (digests, into, options = {}) =>
    together(options, (signal) => digests.map((digest, place) => readOne(digest, into[place]!, { signal })));
}

/** One block from a source. */
export async function readBlock(
  source: ChunkSource,
  digest: Digest,
  into: Uint8Array,
  options: CallOptions,
): Promise<number> {
  const [length = 0] = await source.read([digest], [into], options);
  return length;
}
