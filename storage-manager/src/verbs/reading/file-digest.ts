import type { ByteStream, Pool } from '../../engine/pool.ts';
import type { Slot } from '../../engine/slots.ts';
import { CorruptError } from '../../errors.ts';
import { type Digest, digestOf } from '../../ids/digest.ts';

const NOTHING = new Uint8Array(0);

/**
 * SHA-256 of a whole file whose chunks arrive in any order. Chunks start in order and the earliest always has its
 * slot, so waiting for one's turn ends. Its thread keeps something of it from the first chunk to the last, or to `drop`.
 */
export class FileDigest {
  readonly #stream: ByteStream;
  readonly #waiting = new Map<number, () => void>();
  readonly #size: number;
  #offset = 0;
  #dropped = false;
  #sha256: Digest | null;

  constructor(pool: Pool, size: number) {
    this.#stream = pool.stream();
    this.#size = size;
    this.#sha256 = size === 0 ? digestOf(NOTHING) : null;
  }

  /** Null unless all of the file's bytes were taken. */
  get sha256(): Digest | null {
    return this.#sha256;
  }

  /**
   * Takes the slot's first `length` bytes, which stand at `offset` of the file, once all bytes before them were taken.
   * @param signal ends the wait when another chunk failed
   */
  async update(offset: number, slot: Slot, length: number, signal: AbortSignal): Promise<void> {
    if (offset !== this.#offset && !this.#dropped) await this.#turn(offset, signal);
    if (this.#dropped) return;
    const taken = this.#stream.update(slot, length);
    // The stream keeps the order: who comes next need not wait until these are hashed.
    this.#offset += length;
    const next = this.#waiting.get(this.#offset);
    this.#waiting.delete(this.#offset);
    next?.();
    const last = this.#offset === this.#size;
    const [, digest] = await Promise.all([taken, last ? this.#stream.end() : null]);
    if (last) this.#sha256 = digest;
  }

  /** No chunk is taken any more, and nobody waits; a digest that is complete stays. */
  drop(): void {
    this.#dropped = true;
    for (const turn of this.#waiting.values()) turn();
    this.#waiting.clear();
    this.#stream.drop();
  }

  #turn(offset: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      this.#waiting.set(offset, () => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
    });
  }
}

/** The publisher's claim of a file's own SHA-256 is wrong. */
export function claimBroken(release: string, path: string, should: string, was: string): CorruptError {
  return new CorruptError('FILE_DIGEST_MISMATCH', {
    should: `${path} of ${release} must have SHA-256 ${should}, as its publisher claims`,
    was: `its proven chunks give ${was}`,
    next: 'do not rely on the claimed file digests of this release; tell its publisher',
  });
}
