import type { Slot, Slots } from '../../engine/slots.ts';
import { type BallastError, CorruptError, UnavailableError } from '../../errors.ts';
import type { CallOptions, ChunkSource } from '../../interfaces.ts';
import { either } from '../../together.ts';
import { isAboutThisSource } from '../attempts.ts';
import { type Clock, SYSTEM_CLOCK } from '../clock.ts';
import { anyHas, namesOf } from '../several.ts';
import { type ReadOne, readBlock, sideBySide } from '../side-by-side.ts';
import { Allowance } from './allowance.ts';
import { Lane } from './lane.ts';
import { Pace } from './pace.ts';
import { type OnWaiting, Scheduler } from './scheduler.ts';
import { Search } from './search.ts';

export interface FastestOptions {
  /** Of the job: their number bounds what is under way, and a spare one takes a second read of a late block. */
  readonly slots: Pick<Slots, 'count' | 'spare' | 'release'>;
  /** Told once of each source that sent wrong bytes: it is not asked again. */
  readonly onBarred?: (name: string, error: CorruptError) => void;
  /** Told each time that a source was asked first and another one delivered. */
  readonly onOvertaken?: (name: string) => void;
  /** Told of bytes that may have travelled in vain: of reads that were ended because another one delivered. */
  readonly onCut?: (bytes: number) => void;
  /** Told again and again while nobody can be asked. */
  readonly onWaiting?: OnWaiting;
  readonly clock?: Clock;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

/** Requests for blocks that a source failed at before: so many for each source, and two more a block that came. */
const RETRIES = 20;
const RETRIES_A_BLOCK = 2;

/** Second requests for late blocks: so many, and one more for ten blocks that came. */
const HEDGES = 16;
const HEDGES_A_BLOCK = 0.1;

/**
 * Asks several sources at once, each as fast as it proves to be. What they send must be proven (`verified`): a wrong block
 * bars its source for as long as this one lives, which is one job. A block that takes much longer than the others is asked
 * of a second source, into another buffer; the first that delivers ends the other.
 * @throws what `exhausted` makes of every source's last failure
 */
export function fastest(sources: readonly ChunkSource[], options: FastestOptions): ChunkSource {
  const race = new Race(sources, options);
  return {
    name: namesOf(sources),
    has: (digests, call) => anyHas(race.trusted)(digests, call),
    read: sideBySide((digest, into, call) => race.read(digest, into, call)),
  };
}

class Race {
  readonly #options: FastestOptions;
  readonly #clock: Clock;
  /** There is nobody else to ask. */
  readonly #alone: boolean;
  readonly #lanes: readonly Lane[];
  readonly #scheduler: Scheduler;
  readonly #pace = new Pace();
  readonly #retries: Allowance;
  readonly #hedges = new Allowance(HEDGES, HEDGES_A_BLOCK);

  constructor(sources: readonly ChunkSource[], options: FastestOptions) {
    const { clock = SYSTEM_CLOCK, random = Math.random } = options;
    const buffers = options.slots.count;
    this.#options = options;
    this.#clock = clock;
    this.#alone = sources.length === 1;
    this.#retries = new Allowance(RETRIES * sources.length, RETRIES_A_BLOCK);
    const { onWaiting } = options;
    this.#lanes = sources.map((source) => new Lane(source, buffers, clock.now, random));
    const scheduling = { buffers, retries: this.#retries, clock, random, onWaiting };
    this.#scheduler = new Scheduler(this.#lanes, scheduling);
  }

  /** Those that have not lied. */
  get trusted(): readonly ChunkSource[] {
    return this.#lanes.flatMap(({ barred, source }) => (barred === null ? [source] : []));
  }

  readonly read: ReadOne = async (digest, into, options) => {
    const search = new Search(digest, into);
    for (;;) {
      const lane = await this.#scheduler.take(search, [], options);
      const length = await this.#readHedged(search, lane, options);
      if (length === null) continue;
      if (search.cuts > 0) this.#options.onCut?.(search.cuts * length);
      return length;
    }
  };

  /** @returns null where neither this source nor others delivered */
  async #readHedged(search: Search, lane: Lane, { signal }: CallOptions): Promise<number | null> {
    if (this.#alone) return this.#ask(search, lane, search.into, signal);
    const [one, two] = [new AbortController(), new AbortController()];
    const askedAt = this.#clock.now();
    const first = this.#ask(search, lane, search.into, signal, one.signal);
    const spare = await this.#spareWhenLate(search, lane, first);
    if (spare === null) return first;
    try {
      const room = spare.bytes.subarray(0, search.into.byteLength);
      const second = this.#askAnother(search, [lane, first], room, signal, two.signal);
      const [own, other] = await untilDelivered([first, one], [second, two]);
      if (own !== null || other === null) return own;
      search.into.set(room.subarray(0, other));
      if (one.signal.aborted) this.#overtake(lane, askedAt);
      return other;
    } finally {
      this.#options.slots.release(spare);
    }
  }

  /** One read of a source that the scheduler gave. @returns null where it did not deliver, or `stop` was aborted */
  async #ask(
    search: Search,
    lane: Lane,
    into: Uint8Array,
    signal: AbortSignal | undefined,
    stop?: AbortSignal,
  ): Promise<number | null> {
    const askedAt = this.#clock.now();
    try {
      const ends = stop === undefined ? signal : either(signal, stop);
      const length = await readBlock(lane.source, search.digest, into, { signal: ends });
      const ms = this.#clock.now() - askedAt;
      lane.delivered(length, ms);
      this.#pace.add(length, ms);
      this.#retries.earn();
      this.#hedges.earn();
      return length;
    } catch (error) {
      signal?.throwIfAborted();
      if (stop?.aborted) {
        search.cuts += 1;
        return null;
      }
      if (!isAboutThisSource(error)) throw error;
      this.#blame(search, lane, error, askedAt);
      return null;
    } finally {
      this.#scheduler.done(lane);
    }
  }

  #blame(search: Search, lane: Lane, error: BallastError, askedAt: number): void {
    search.failed(lane, error);
    if (error instanceof UnavailableError) lane.failed(error, askedAt);
    else if (!(error instanceof CorruptError)) lane.lacked();
    else if (lane.barred === null) {
      lane.barred = error;
      this.#options.onBarred?.(lane.source.name, error);
    }
  }

  /**
   * The same of the others, one after the other; one that is late too gives way to a third. None is waited for once the
   * first read has ended: that source may be asked again too.
   */
  async #askAnother(
    search: Search,
    [lane, first]: readonly [lane: Lane, first: Promise<unknown>],
    into: Uint8Array,
    signal: AbortSignal | undefined,
    stop: AbortSignal,
  ): Promise<number | null> {
    const over = either(stop, endOf(first));
    /** Who gave way, and when it was asked. */
    const late = new Map<Lane, number>();
    let besides = [lane];
    try {
      for (let times = 1; ; ) {
        const other = await this.#scheduler.take(search, besides, { signal: either(signal, over) });
        const enough = new AbortController();
        const askedAt = this.#clock.now();
        const asking = this.#ask(search, other, into, signal, either(stop, enough.signal));
        for (; await this.#isLate(asking, times); times *= 2)
          if (this.#scheduler.anyFree(search, [lane, other])) enough.abort();
        const length = await asking;
        if (length !== null) {
          late.delete(other);
          for (const [slow, at] of late) this.#overtake(slow, at);
          return length;
        }
        if (stop.aborted) return null;
        besides = enough.signal.aborted ? [lane, other] : [lane];
        if (enough.signal.aborted) late.set(other, askedAt);
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (stop.aborted || error === over.reason || isAboutThisSource(error)) return null;
      throw error;
    }
  }

  /** A buffer for a second read, once the first one is late; null where it ends before there is one. */
  async #spareWhenLate(search: Search, lane: Lane, first: Promise<unknown>): Promise<Slot | null> {
    for (let times = 1; await this.#isLate(first, times); times *= 2) {
      const worth = this.#hedges.left && this.#scheduler.anyOpen(search, [lane]);
      const spare = worth ? this.#options.slots.spare() : null;
      if (spare === null) continue;
      this.#hedges.spend();
      return spare;
    }
    return null;
  }

  /** Whether it is still under way after so many times what a block may take. */
  async #isLate(reading: Promise<unknown>, times: number): Promise<boolean> {
    const ended = endOf(reading);
    await this.#clock.sleep(times * this.#pace.lateMs, ended).catch(() => {});
    return !ended.aborted;
  }

  #overtake(lane: Lane, askedAt: number): void {
    lane.overtaken(askedAt);
    this.#options.onOvertaken?.(lane.source.name);
  }
}

/** Aborted once it has settled. */
function endOf(reading: Promise<unknown>): AbortSignal {
  const ended = new AbortController();
  const end = () => ended.abort();
  reading.then(end, end);
  return ended.signal;
}

type Reading = readonly [reading: Promise<number | null>, stop: AbortController];

/** Whichever delivers ends the other. Both have settled in the end, and let go of their buffers. */
async function untilDelivered(one: Reading, two: Reading): Promise<readonly [number | null, number | null]> {
  const end = async ([reading]: Reading, [, other]: Reading) => {
    const length = await reading.catch((error) => {
      other.abort();
      throw error;
    });
    if (length !== null) other.abort();
    return length;
  };
  const both = [end(one, two), end(two, one)] as const;
  await Promise.allSettled(both);
  return Promise.all(both);
}
