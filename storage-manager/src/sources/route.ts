import type { Engine } from '../engine/engine.ts';
import { type JobOptions, note } from '../events.ts';
import type { ChunkSource } from '../interfaces.ts';
import { fastest } from './fastest/fastest.ts';
import { Ledger } from './ledger.ts';
import { limited } from './limited.ts';
import { merged } from './merged.ts';
import { ordered } from './ordered.ts';
import { verified } from './verified.ts';

/** Reads proven blocks, whoever carries them. One job's: who lied to it is not asked again in it. */
export interface Route extends ChunkSource {
  readonly ledger: Ledger;
}

/** How a job reads. */
export interface RouteOptions extends JobOptions {
  /** Bytes a second that all sources behind a network may send together. Default: no limit. */
  readonly limitRate?: number | undefined;
}

/**
 * The one way by which a job reads blocks.
 * @param near on this machine, asked in order, before
 * @param far behind a network, all at once
 */
export function openRoute(
  { pool, slots }: Pick<Engine, 'pool' | 'slots'>,
  { near, far }: { readonly near: readonly ChunkSource[]; readonly far: readonly ChunkSource[] },
  options: RouteOptions = {},
): Route {
  const ledger = new Ledger();
  const proven = (source: ChunkSource) => ledger.watch(verified(source, pool));
  const tiers = near.map(proven);
  if (far.length > 0) {
    const racing = fastest(far.map(proven), {
      slots,
      onOvertaken: (name) => ledger.overtake(name),
      onBarred: (name) => {
        ledger.bar(name);
        note(options, 'warning', `${name} sent wrong bytes: it is not asked again in this run`);
      },
    });
    const { limitRate } = options;
    tiers.push(limitRate === undefined ? racing : limited(racing, { bytesPerSecond: limitRate }));
  }
  return { ...merged(ordered(tiers)), ledger };
}
