import type { Clock } from './clock.ts';

interface Waiting {
  readonly tokens: number;
  readonly go: () => void;
}

/** Unused time counts for so long. */
const BURST_MS = 250;

/** A token bucket, kept as the time at which it is even: nobody goes before it. In order of asking. */
export class Bucket {
  readonly #msPerToken: number;
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  #evenAt: number;
  #alarm: AbortController | null = null;

  constructor(perSecond: number, clock: Clock) {
    this.#msPerToken = 1_000 / perSecond;
    this.#clock = clock;
    this.#evenAt = clock.now();
  }

  /** @throws the signal's reason; then nothing was taken */
  take(tokens: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        // A process ends only after its last timer.
        if (this.#waiting.length === 0) this.#alarm?.abort();
        reject(signal?.reason);
      };
      const go = () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const waiting = { tokens, go };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', stop, { once: true });
      this.#waiting.push(waiting);
      this.#serve();
    });
  }

  /** What was taken and not used, or, below 0, used and not taken. */
  giveBack(tokens: number): void {
    this.#evenAt -= tokens * this.#msPerToken;
    this.#serve();
  }

  #serve(): void {
    this.#alarm?.abort();
    const now = this.#clock.now();
    this.#evenAt = Math.max(this.#evenAt, now - BURST_MS);
    while (this.#waiting.length > 0 && this.#evenAt <= now) {
      const { tokens, go } = this.#waiting.shift()!;
      this.#evenAt += tokens * this.#msPerToken;
      go();
    }
    if (this.#waiting.length === 0) return;
    this.#alarm = new AbortController();
    this.#clock.sleep(this.#evenAt - now, this.#alarm.signal).then(
      () => this.#serve(),
      () => {},
    );
  }
}
