import type { BallastError, CorruptError, UnavailableError } from '../../errors.ts';
import type { ChunkSource } from '../../interfaces.ts';
import { Breaker } from './breaker.ts';
import { Rate } from './rate.ts';
import { Window } from './window.ts';

/** A source that has delivered is waited for so long, from its last block on: it may be started again. */
const PATIENCE_MS = 30_000;

/** One source of several that are asked at once, and how it has done in this job. */
export class Lane {
  readonly source: ChunkSource;
  readonly #now: () => number;
  readonly #window: Window;
  readonly #breaker: Breaker;
  readonly #rate: Rate;
  /** Requests under way. */
  inFlight = 0;
  /** It has answered, in whatever way. */
  known = false;
  /** Its last failure. */
  failure: BallastError | null = null;
  /** It sent wrong bytes. */
  barred: CorruptError | null = null;
  #worthUntil = Number.NEGATIVE_INFINITY;

  /** @param most requests at once */
  constructor(source: ChunkSource, most: number, now: () => number, random: () => number) {
    this.source = source;
    this.#now = now;
    this.#window = new Window(most);
    this.#breaker = new Breaker(now, random);
    this.#rate = new Rate(now);
  }

  /** Proven bytes a second. */
  get bytesPerSecond(): number {
    return this.#rate.bytesPerSecond;
  }

  /** It may be asked once its pause is over, or now. */
  get opensIn(): number {
    return this.#breaker.opensIn;
  }

  /** It delivered, or said when to come back, not long ago: what it failed at is asked of it again. */
  get worthWaiting(): boolean {
    return this.#now() < this.#worthUntil;
  }

  /** @param fairShare of the requests under way, by what it contributes: a slow source holds few of the job's buffers */
  hasRoom(fairShare: number): boolean {
    const { state } = this.#breaker;
    if (this.barred !== null || state === 'open') return false;
    const room = state === 'half-open' ? 1 : Math.min(this.#window.size, Math.max(1, fairShare));
    return this.inFlight < room;
  }

  delivered(bytes: number, ms: number): void {
    this.known = true;
    this.#rate.add(bytes);
    this.#window.succeeded(ms);
    this.#breaker.succeeded();
    this.#worthUntil = Math.max(this.#worthUntil, this.#now() + PATIENCE_MS);
  }

  /** It has not this block: no failure of the source. */
  lacked(): void {
    this.known = true;
    this.#breaker.succeeded();
  }

  failed(error: UnavailableError, askedAt: number): void {
    this.known = true;
    this.failure = error;
    const { retryAfterMs } = error;
    this.#breaker.failed(askedAt, retryAfterMs);
    if (retryAfterMs !== null)
      this.#worthUntil = Math.max(this.#worthUntil, this.#now() + this.opensIn + PATIENCE_MS);
    this.#window.failed();
  }

  /** Another source brought a block sooner that this one was asked for first. */
  overtaken(askedAt: number): void {
    this.known = true;
    this.#window.failed();
    this.#breaker.failed(askedAt);
  }
}
