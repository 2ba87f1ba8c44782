import type { OnEvent, ProgressStep } from '../../events.ts';
import type { JobOptions } from './ports.ts';

/** Counts the bytes of one step and tells the caller after each change. */
export class Meter {
  readonly #step: ProgressStep;
  readonly #total: number | null;
  readonly #onEvent: OnEvent | undefined;
  bytes = 0;
  savedBytes = 0;

  constructor(step: ProgressStep, totalBytes: number | null, options: JobOptions) {
    this.#step = step;
    this.#total = totalBytes;
    this.#onEvent = options.onEvent;
    this.add(0);
  }

  /** @param saved whether these bytes did not have to travel */
  add(bytes: number, saved = false): void {
    this.bytes += bytes;
    if (saved) this.savedBytes += bytes;
    this.#onEvent?.({
      type: 'progress',
      step: this.#step,
      bytes: this.bytes,
      totalBytes: this.#total,
      savedBytes: this.savedBytes,
    });
  }
}
