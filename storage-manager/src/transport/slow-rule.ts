import { KiB } from '../limits.ts';
import { TransportFault } from './fault.ts';

/** Slower than this over a whole window is as good as dead. */
const LEAST_BYTES_PER_SECOND = 64 * KiB;
const WINDOW_MS = 30_000;

/** Watches a body that should come as fast as it can; silence is ended by the idle deadline already. */
export class SlowRule {
  #began = 0;
  #bytes = 0;

  /** So many bytes have come. @throws TransportFault where fewer than 64 KiB/s came over 30 s */
  add(bytes: number): void {
    const now = performance.now();
    this.#began ||= now;
    this.#bytes += bytes;
    const seconds = (now - this.#began) / 1_000;
    if (seconds < WINDOW_MS / 1_000) return;
    if (this.#bytes < LEAST_BYTES_PER_SECOND * seconds)
      throw new TransportFault(`less than 64 KiB/s came over ${Math.round(seconds)} s`);
    this.#began = now;
    this.#bytes = 0;
  }
}
