import type { Clock } from '../../src/sources/clock.ts';

interface Sleeper {
  readonly until: number;
  wake(): void;
}

/** Time that passes when nobody has anything else to do: a test of hours runs in milliseconds. */
export class FakeClock implements Clock {
  #now = 0;
  readonly #sleepers = new Set<Sleeper>();
  readonly now = (): number => this.#now;

  /** Timers that run. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted) reject(signal.reason);
    const sleeper = { until: this.#now + ms, wake: resolve };
    this.#sleepers.add(sleeper);
    signal?.addEventListener('abort', () => {
      this.#sleepers.delete(sleeper);
      reject(signal.reason);
    });
    return promise;
  };

  /** Lets time pass until the work has ended. */
  async run<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    work.then(end, end);
    for (;;) {
      // Everything that can go on without time goes on first.
      await new Promise<void>((turn) => setImmediate(turn));
      if (ended) return work;
      const next = [...this.#sleepers].sort((one, other) => one.until - other.until)[0];
      if (next === undefined) throw new Error('everybody waits, and nobody for time to pass');
      this.#sleepers.delete(next);
      this.#now = Math.max(this.#now, next.until);
      next.wake();
    }
  }
}
