import type { Digest } from '../ids/digest.ts';
import type { CallOptions, ChunkSource } from '../interfaces.ts';
import { together } from '../together.ts';
import { isAboutThisSource } from './attempts.ts';

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

/** Whether any of the sources holds each block. One that can't be asked counts as one that has none. */
export function anyHas(sources: readonly ChunkSource[]): ChunkSource['has'] {
  return async (digests, options = {}) => {
    const found = digests.map(() => false);
    for (const source of sources) {
      const open = [...found.keys()].filter((place) => !found[place]);
      if (open.length === 0) break;
      const held = await source
        .has(
          open.map((place) => digests[place]!),
          options,
        )
        .catch((error: unknown) => {
          options.signal?.throwIfAborted();
          if (!isAboutThisSource(error)) throw error;
          return [];
        });
      for (const [at, place] of open.entries()) found[place] = held[at] === true;
    }
    return found;
  };
}

export function namesOf(sources: readonly ChunkSource[]): string {
  return sources.map(({ name }) => name).join(' or ');
}
