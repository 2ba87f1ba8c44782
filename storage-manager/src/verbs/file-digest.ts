import { CorruptError } from '../errors.ts';
import { type Digest, parseDigest } from '../ids/digest.ts';
import { runningSha256 } from '../ids/hash.ts';

/**
 * SHA-256 of a whole file whose chunks arrive in any order. Chunks start in order and the earliest always has its
 * slot, so waiting for one's turn ends. The state lives on the main thread: stops of 1-5 ms a chunk.
 */
export class FileDigest {
  readonly #hash = runningSha256();
  readonly #waiting = new Map<number, () => void>();
  #offset = 0;
  #broken = false;

  /**
   * Takes the bytes at `offset` once all bytes before it were taken.
   * @param signal ends the wait when another chunk failed
   */
  async update(offset: number, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    if (offset !== this.#offset && !this.#broken) await this.#turn(offset, signal);
    if (this.#broken) return;
    this.#hash.update(bytes);
    this.#offset += bytes.byteLength;
    const next = this.#waiting.get(this.#offset);
    this.#waiting.delete(this.#offset);
    next?.();
  }

  /** A chunk will never come: nobody waits any more, and there is no digest. */
  giveUp(): void {
    this.#broken = true;
    for (const turn of this.#waiting.values()) turn();
    this.#waiting.clear();
  }

  /** Null unless all of the file's `size` bytes were taken. */
  end(size: number): Digest | null {
    return this.#broken || this.#offset !== size ? null : parseDigest(this.#hash.digest());
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
