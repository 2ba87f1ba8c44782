import { MAX_RETRY_AFTER_MS } from '../../transport/retry-after.ts';

/** Failures in a row, after which a source is left alone. */
const FAILURES = 3;

/** How long: doubled each time that the question after it fails too. */
const PAUSE_MS = 250;
const MAX_PAUSE_MS = 10_000;

/**
 * Leaves a failing source alone for a while (open), then lets one question through (half-open): its answer closes the
 * breaker or opens it for twice as long. Pauses are spread, so that many who failed together do not come back together.
 */
export class Breaker {
  readonly #now: () => number;
  readonly #random: () => number;
  #failures = 0;
  #pauses = 0;
  #openedAt = Number.NEGATIVE_INFINITY;
  #openUntil = Number.NEGATIVE_INFINITY;

  constructor(now: () => number, random: () => number) {
    this.#now = now;
    this.#random = random;
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.#now() < this.#openUntil) return 'open';
    return this.#pauses > 0 ? 'half-open' : 'closed';
  }

  /** Pauses since the last success. */
  get pauses(): number {
    return this.#pauses;
  }

  /** Milliseconds until a question is let through. */
  get opensIn(): number {
    return Math.max(0, this.#openUntil - this.#now());
  }

  succeeded(): void {
    this.#failures = 0;
    this.#pauses = 0;
  }

  /**
   * @param askedAt what was under way when the breaker opened tells nothing new
   * @param retryAfterMs how long the source wants to be left alone, where it says so
   */
  failed(askedAt: number, retryAfterMs: number | null = null): void {
    if (askedAt < this.#openedAt) return;
    this.#failures += 1;
    if (retryAfterMs !== null)
      this.#open(Math.min(Math.max(0, retryAfterMs), MAX_RETRY_AFTER_MS) * (1 + this.#random() / 4));
    else if (this.#pauses > 0 || this.#failures >= FAILURES)
      this.#open(Math.min(PAUSE_MS * 2 ** this.#pauses, MAX_PAUSE_MS) * (0.5 + this.#random() / 2));
  }

  #open(ms: number): void {
    this.#openedAt = this.#now();
    this.#openUntil = this.#openedAt + ms;
    this.#pauses += 1;
  }
}
