import type { Engine } from '../engine/engine.ts';
import { type BallastError, UsageError } from '../errors.ts';
import { type JobOptions, note, waiting } from '../events.ts';
import type { ChunkCache, ChunkSource } from '../interfaces.ts';
import { cached } from './cached.ts';
import { fastest } from './fastest/fastest.ts';
import { Ledger } from './ledger.ts';
import { limited } from './limited.ts';
import { merged } from './merged.ts';
import { ordered } from './ordered.ts';
import { verified } from './verified.ts';

/** Reads proven blocks, whoever carries them. One job's: who lied to it is not asked again in it. */
export interface Route extends ChunkSource {
  readonly ledger: Ledger;
  /** Tells that what is read from now on is written on this machine, so many bytes: copies of it must not take their room. */
  leaveRoom(bytes: number): void;
}

/** How a job reads. */
export interface RouteOptions extends JobOptions {
  /** Bytes a second that all sources behind a network may send together. Default: no limit. */
  readonly limitRate?: number | undefined;
}

/** Where blocks may be. */
export interface RouteParts {
  /** On this machine, asked in order, before. */
  readonly near: readonly ChunkSource[];
  /** Behind a network, all at once. */
  readonly far: readonly ChunkSource[];
  /** Copies of what came from there; default: none are kept. */
  readonly cache?: ChunkCache | null | undefined;
}

/** The one way by which a job reads blocks. @throws UsageError `ARGUMENT_INVALID` where the limit is none */
export function openRoute(
  { pool, slots }: Pick<Engine, 'pool' | 'slots'>,
  { near, far, cache = null }: RouteParts,
  options: RouteOptions = {},
): Route {
  const ledger = new Ledger();
  let needed = 0;
  const proven = (source: ChunkSource) => ledger.watch(verified(source, pool));
  const nearby = near.map(proven);
  const kept = cache && { cache, copies: proven(cache) };
  const { limitRate } = options;
  if (limitRate !== undefined && !(limitRate > 0)) throw noRate(limitRate);
  const racing: ChunkSource = fastest(far.map(proven), {
    slots,
    onCut: (bytes) => limit?.spend(bytes),
    onWaiting: ({ source: { name }, pauses, failure }, ms) => {
      const was = failure?.was ?? 'it was too slow';
      waiting(options, `${name} is asked again (pause ${pauses}): ${was}`, ms / 1_000);
    },
    onOvertaken: (name) => ledger.overtake(name),
    onBarred: (name) => {
      ledger.bar(name);
      note(options, 'warning', `${name} sent wrong bytes: it is not asked again in this run`);
    },
  });
  const limit = limitRate === undefined ? null : limited(racing, { bytesPerSecond: limitRate });
  const network = limit ?? racing;
  const onTrouble = ({ code, message }: BallastError) => {
    const what = code === 'DISK_FULL' ? 'keeps no more copies' : 'is not used';
    note(options, 'warning', `the cache ${what} in this run: ${message}`);
  };
  if (far.length > 0)
    nearby.push(
      kept === null ? network : cached(kept.copies, kept.cache, network, { onTrouble, needed: () => needed }),
    );
  const whole = merged(ordered(nearby));
  return {
    ...whole,
    ledger,
    leaveRoom: (bytes) => {
      needed = bytes;
    },
    read: async (digests, into, call) => {
      const lengths = await whole.read(digests, into, call);
      for (const length of lengths) needed = Math.max(0, needed - length);
      return lengths;
    },
  };
}

function noRate(limitRate: number): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: 'a limit of the rate must be bytes a second, above 0',
    was: `it is ${limitRate}`,
    next: 'name a number, or leave limitRate out',
  });
}
