import { CorruptError } from '../../errors.ts';
import { type JobOptions, Meter } from '../../events.ts';
import type { Digest } from '../../ids/digest.ts';
import { MiB } from '../../limits.ts';
import { chunkText, type FileChunk } from '../reading/file-chunks.ts';
import { readBytes, type Sources } from '../reading/verified-read.ts';

/** A comparison reads headers and small tensors: what needs more than this is not compared. */
const MAX_TRAVEL_BYTES = 256 * MiB;

/** Chunks at hand: a header and a run of small tensors on both sides, with room to spare. */
const KEPT_CHUNKS = 8;

/** The comparison has read as much as it may. */
export class TravelSpent extends Error {}

/** Reads proven chunks of both releases, and keeps the last few. */
export class ChunkReader {
  readonly #sources: Sources;
  readonly #options: JobOptions;
  readonly #kept = new Map<Digest, Uint8Array>();
  readonly #meter: Meter;
  #remaining: number;

  /** @param most bytes that may travel */
  constructor(sources: Sources, options: JobOptions, most = MAX_TRAVEL_BYTES) {
    this.#sources = sources;
    this.#options = options;
    this.#meter = new Meter('compare', null, options);
    this.#remaining = most;
  }

  /** Bytes that may still be read. */
  get remaining(): number {
    return this.#remaining;
  }

  /** @param tree names the release in errors @throws TravelSpent; what `readVerified` throws */
  async read(tree: string, chunk: FileChunk): Promise<Uint8Array> {
    const kept = this.#kept.get(chunk.digest);
    if (kept !== undefined) return sized(tree, chunk, kept);
    if (chunk.length > this.#remaining) throw new TravelSpent('no more may be read');
    this.#remaining -= chunk.length;
    const wanted = { digest: chunk.digest, kind: 'chunk', what: chunkText(tree, chunk) } as const;
    const bytes = await readBytes(this.#sources, wanted, this.#options);
    this.#meter.add(bytes.byteLength);
    return this.#keep(chunk.digest, sized(tree, chunk, bytes));
  }

  #keep(digest: Digest, bytes: Uint8Array): Uint8Array {
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size === KEPT_CHUNKS) this.#kept.delete(oldest);
    this.#kept.set(digest, bytes);
    return bytes;
  }
}

/** The block is the right one: whoever gave its size in the index has not told the truth. */
function sized(tree: string, chunk: FileChunk, bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength === chunk.length) return bytes;
  throw new CorruptError('RELEASE_MISMATCH', {
    should: `${chunkText(tree, chunk)} must have ${chunk.length} bytes, as the index says`,
    was: `block ${chunk.digest} has ${bytes.byteLength}`,
    next: 'do not use it; tell its publisher',
  });
}
