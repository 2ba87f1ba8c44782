import type { CallOptions } from '../../interfaces.ts';
import type { Clock } from '../clock.ts';
import type { Allowance } from './allowance.ts';
import type { Lane } from './lane.ts';
import type { Search } from './search.ts';

/** @param next the source whose pause ends first, in `ms` from now */
export type OnWaiting = (next: Lane, ms: number) => void;

/** How often is told that nobody can be asked. */
const TELL_MS = 1_000;

/** Who waits for a source. */
interface Waiting {
  readonly search: Search;
  /** Not of these: they read the block already, or were too slow for it. */
  readonly besides: readonly Lane[];
  give(lane: Lane): void;
  refuse(reason: unknown): void;
}

/**
 * Blocks wait here until some source has room, and the next source with room takes the next block: a slow one takes few,
 * whatever it promises.
 */
export class Scheduler {
  readonly #lanes: readonly Lane[];
  readonly #buffers: number;
  readonly #retries: Allowance;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #waiting: Waiting[] = [];
  readonly #onWaiting: OnWaiting | undefined;
  /** Ends the sleep until a pause is over. */
  #alarm: AbortController | null = null;

  /** @param buffers of the job: so many requests at once, over all sources */
  constructor(
    lanes: readonly Lane[],
    {
      buffers,
      retries,
      clock,
      random,
      onWaiting,
    }: {
      readonly buffers: number;
      readonly retries: Allowance;
      readonly clock: Clock;
      readonly random: () => number;
      readonly onWaiting?: OnWaiting | undefined;
    },
  ) {
    this.#lanes = lanes;
    this.#buffers = buffers;
    this.#retries = retries;
    this.#clock = clock;
    this.#random = random;
    this.#onWaiting = onWaiting;
  }

  /**
   * A source for the block, with one more request counted as under way: `done` ends it.
   * @param besides others than these are wanted
   * @throws what `Search.exhausted` says where no source is left
   */
  take(search: Search, besides: readonly Lane[], { signal }: CallOptions): Promise<Lane> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#leave(waiting);
        reject(signal?.reason);
      };
      const ended =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener('abort', stop);
          settle(value);
        };
      const waiting: Waiting = { search, besides, give: ended(resolve), refuse: ended(reject) };
      if (signal?.aborted) return stop();
      signal?.addEventListener('abort', stop, { once: true });
      // Whoever was in the queue before is not sent to its end.
      if (search.begun || besides.length > 0) this.#waiting.unshift(waiting);
      else this.#waiting.push(waiting);
      this.serve();
    });
  }

  /** Whether any but these may deliver the block, and is in no pause. */
  anyOpen(search: Search, besides: readonly Lane[]): boolean {
    return this.#able(search, besides).some(({ opensIn }) => opensIn === 0);
  }

  /** Whether any but these could be asked for it at once. */
  anyFree(search: Search, besides: readonly Lane[]): boolean {
    const shareOf = this.#shares();
    return this.#able(search, besides).some((lane) => lane.hasRoom(shareOf(lane)));
  }

  done(lane: Lane): void {
    lane.end();
    this.serve();
  }

  /** Gives out the room that there is. */
  serve(): void {
    // Looked at first: a pause that ends meanwhile would wake nobody.
    const [next] = this.#lanes
      .filter(({ barred, opensIn }) => barred === null && opensIn > 0)
      .sort((one, other) => one.opensIn - other.opensIn);
    const shareOf = this.#shares();
    for (const waiting of [...this.#waiting]) {
      const { search, besides } = waiting;
      const able = this.#able(search, besides);
      if (able.length === 0) {
        this.#leave(waiting);
        waiting.refuse(search.exhausted(this.#lanes));
        continue;
      }
      const free = able.filter((lane) => lane.hasRoom(shareOf(lane)));
      const lane = this.#choose(search, free);
      if (lane === undefined) continue;
      this.#leave(waiting);
      lane.begin();
      if (search.isRetry(lane)) this.#retries.spend();
      waiting.give(lane);
    }
    this.#setAlarm(next);
  }

  #able(search: Search, besides: readonly Lane[]): Lane[] {
    return this.#lanes.filter((lane) => !besides.includes(lane) && search.mayAsk(lane, this.#retries.left));
  }

  /** The better of two at random: all who look for the best one would find the same. One that is due for a trial goes first. */
  #choose(search: Search, free: readonly Lane[]): Lane | undefined {
    const fresh = free.filter((lane) => !search.isRetry(lane));
    const from = fresh.length > 0 ? fresh : free;
    const unknown = from.find(({ dueForTrial }) => dueForTrial);
    if (unknown !== undefined || from.length < 2) return unknown ?? from[0];
    const first = Math.floor(this.#random() * from.length);
    const second = (first + 1 + Math.floor(this.#random() * (from.length - 1))) % from.length;
    const [one, other] = [from[first]!, from[second]!];
    return other.expectedMs < one.expectedMs ? other : one;
  }

  /** What a source contributes decides how many of the buffers may wait for it. */
  #shares(): (lane: Lane) => number {
    const all = this.#lanes.reduce((sum, { bytesPerSecond }) => sum + bytesPerSecond, 0);
    return ({ bytesPerSecond }) =>
      all === 0 ? this.#buffers : Math.ceil((this.#buffers * bytesPerSecond) / all);
  }

  /** Who waits for nothing but the end of a pause is woken then. */
  #setAlarm(next: Lane | undefined): void {
    this.#alarm?.abort();
    this.#alarm = null;
    if (this.#waiting.length === 0 || next === undefined) return;
    const alarm = new AbortController();
    this.#alarm = alarm;
    this.#sleepUntilOpen(next, alarm.signal).then(
      () => this.serve(),
      () => {},
    );
  }

  async #sleepUntilOpen(next: Lane, signal: AbortSignal): Promise<void> {
    for (let ms = next.opensIn; ms > 0; ms = next.opensIn) {
      const idle = this.#lanes.every(({ inFlight }) => inFlight === 0);
      if (idle) this.#onWaiting?.(next, ms);
      await this.#clock.sleep(Math.min(ms, TELL_MS), signal);
    }
  }

  #leave(waiting: Waiting): void {
    const place = this.#waiting.indexOf(waiting);
    if (place >= 0) this.#waiting.splice(place, 1);
    if (this.#waiting.length === 0) this.#alarm?.abort();
  }
}
