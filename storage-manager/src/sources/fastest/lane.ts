import type { BallastError, CorruptError, UnavailableError } from '../../errors.ts';
import type { ChunkSource } from '../../interfaces.ts';
import { Breaker } from './breaker.ts';
import { Rate } from './rate.ts';
import { Window } from './window.ts';

/** A source that has delivered is waited for so long, from its last block on: it may be started again. */
const PATIENCE_MS = 30_000;

/** One that has not is asked again where it failed this soon, and only for a few short pauses. */
const QUICK_MS = 1_000;
const PAUSES_OF_UNPROVEN = 3;

/** Of the last block in the average time. */
const LAST_WEIGHT = 0.2;

/** What is known of a source is worth nothing after this time: it is tried with one block, however it did before. */
const TRIAL_MS = 2_000;

/** One source of several that are asked at once, and how it has done in this job. */
export class Lane {
  readonly source: ChunkSource;
  readonly #now: () => number;
  readonly #window: Window;
  readonly #breaker: Breaker;
  readonly #rate: Rate;
  #inFlight = 0;
  #meanMs = 0;
  #lacked = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Its last failure. */
  failure: BallastError | null = null;
  /** It sent wrong bytes. */
  barred: CorruptError | null = null;
  #failedQuickly = false;
  #worthUntil = Number.NEGATIVE_INFINITY;

  /** @param most requests at once */
  constructor(source: ChunkSource, most: number, now: () => number, random: () => number) {
    this.source = source;
    this.#now = now;
    this.#window = new Window(most);
    this.#breaker = new Breaker(now, random);
    this.#rate = new Rate(now);
  }

  /** Proven bytes a second, of all its requests together. */
  get bytesPerSecond(): number {
    return this.#rate.bytesPerSecond;
  }

  /**
   * What the next block may take, by the last ones; 0 where there is none. A small one flatters, and is soon corrected. One
   * that lacked the last block may lack the next one.
   */
  get expectedMs(): number {
    return this.#lacked ? Number.POSITIVE_INFINITY : this.#meanMs;
  }

  /** It may be asked once its pause is over, or now. */
  get opensIn(): number {
    return this.#breaker.opensIn;
  }

  /** Its pauses since it last delivered. */
  get pauses(): number {
    return this.#breaker.pauses;
  }

  /** What it failed at is asked of it again: it delivered, or said when to come back, not long ago; or it is early days. */
  get worthWaiting(): boolean {
    const early = this.#failedQuickly && this.#breaker.pauses <= PAUSES_OF_UNPROVEN;
    return early || this.#now() < this.#worthUntil;
  }

  /** Requests under way. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Nobody knows how fast it is now. */
  get dueForTrial(): boolean {
    return this.#inFlight === 0 && this.#now() - this.#askedAt >= TRIAL_MS;
  }

  /** One more request is under way. */
  begin(): void {
    this.#inFlight += 1;
    this.#askedAt = this.#now();
  }

  end(): void {
    this.#inFlight -= 1;
  }

  /** @param fairShare requests at once, by what it contributes: a slow source holds few of the job's buffers */
  hasRoom(fairShare: number): boolean {
    const { state } = this.#breaker;
    if (this.barred !== null || state === 'open') return false;
    const room = state === 'half-open' ? 1 : Math.min(this.#window.size, Math.max(1, fairShare));
    return this.#inFlight < room;
  }

  delivered(bytes: number, ms: number): void {
    this.#rate.add(bytes);
    this.#took(ms);
    this.#lacked = false;
    this.#window.succeeded();
    this.#breaker.succeeded();
    this.#worthUntil = Math.max(this.#worthUntil, this.#now() + PATIENCE_MS);
  }

  /** It has not this block: no failure of the source. */
  lacked(): void {
    this.#lacked = true;
    this.#breaker.succeeded();
  }

  failed(error: UnavailableError, askedAt: number): void {
    this.failure = error;
    this.#failedQuickly = this.#now() - askedAt < QUICK_MS;
    const { retryAfterMs } = error;
    this.#breaker.failed(askedAt, retryAfterMs);
    if (retryAfterMs !== null)
      this.#worthUntil = Math.max(this.#worthUntil, this.#now() + this.opensIn + PATIENCE_MS);
    this.#window.failed();
  }

  /** Another source brought a block sooner that this one was asked for first. */
  overtaken(askedAt: number): void {
    this.#took(this.#now() - askedAt);
    this.#window.failed();
    this.#breaker.failed(askedAt);
  }

  #took(ms: number): void {
    this.#meanMs += (ms - this.#meanMs) * (this.#meanMs === 0 ? 1 : LAST_WEIGHT);
  }
}
