import { InterruptedError } from '../errors.ts';
import type { CallOptions } from '../interfaces.ts';
import { orAborted } from '../or-aborted.ts';

/** What the first call that needs it opens, and all calls share until it is closed. */
export class SharedOpening<T extends { close(): Promise<void> }> {
  readonly #open: (signal: AbortSignal) => Promise<T>;
  #opened: Promise<T> | null = null;
  /** Ends the opening that `#opened` waits for. */
  #stop = new AbortController();

  constructor(open: (signal: AbortSignal) => Promise<T>) {
    this.#open = open;
  }

  /** A signal ends its own caller's wait, `close` the opening; one that failed is begun anew by the next call. */
  get({ signal }: CallOptions): Promise<T> {
    signal?.throwIfAborted();
    if (this.#opened === null) {
      const opening = this.#open(this.#stop.signal);
      this.#opened = opening;
      opening.catch(() => {
        if (this.#opened === opening) this.#opened = null;
      });
    }
    return orAborted(this.#opened, signal);
  }

  /** @param reason what ends the wait of those who have not got it yet */
  async close(reason: Error): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    this.#stop.abort(reason);
    this.#stop = new AbortController();
    // Whoever asked for what could not be opened has its error already.
    await opened?.then(
      (one) => one.close(),
      () => {},
    );
  }
}

/** What ends the wait of those who have not got it yet. */
export function closed(): InterruptedError {
  return new InterruptedError('INTERRUPTED', {
    should: 'the storage manager must stay open while it opens its stores',
    was: 'it was closed',
    next: 'make the same call again',
  });
}
