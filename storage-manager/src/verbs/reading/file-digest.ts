import type { ByteStream, Pool } from '../../engine/pool.ts';
import type { Slot } from '../../engine/slots.ts';
import { CorruptError } from '../../errors.ts';
import type { Digest } from '../../ids/digest.ts';

/**
 * SHA-256 of a whole file whose chunks arrive in any order. Chunks start in order and the earliest always has its
 * slot, so waiting for one's turn ends.
 */
export class FileDigest {
  readonly #stream: ByteStream;
  readonly #waiting = new Map<number, () => void>();
  #offset = 0;
  #broken = false;

  constructor(pool: Pool) {
    this.#stream = pool.stream();
  }

  /**
   * Takes the slot's first `length` bytes, which stand at `offset` of the file, once all bytes before them were taken.
   * @param signal ends the wait when another chunk failed
   */
  async update(offset: number, slot: Slot, length: number, signal: AbortSignal): Promise<void> {
    if (offset !== this.#offset && !this.#broken) await this.#turn(offset, signal);
    if (this.#broken) return;
    const taken = this.#stream.update(slot, length);
    // The stream keeps the order: who comes next need not wait until these are hashed.
    this.#offset += length;
    const next = this.#waiting.get(this.#offset);
    this.#waiting.delete(this.#offset);
    next?.();
    await taken;
  }

  /** A chunk will never come: nobody waits any more, and there is no digest. */
  giveUp(): void {
    this.#broken = true;
    for (const turn of this.#waiting.values()) turn();
    this.#waiting.clear();
  }

  /** Null unless all of the file's `size` bytes were taken. */
  async end(size: number): Promise<Digest | null> {
    const digest = await this.#stream.end();
    return this.#broken || this.#offset !== size ? null : digest;
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
