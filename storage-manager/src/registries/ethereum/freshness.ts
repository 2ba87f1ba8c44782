import { TrustError } from '../../errors.ts';
import type { CallOptions } from '../../interfaces.ts';

/** A block that the chain, by the configured finality, did not take back when this machine saw it. */
export interface FinalBlock {
  readonly number: number;
  /** `0x` and 64 hex digits. */
  readonly hash: string;
}

/** What a machine has seen of each registry's chain, behind which that must not go back. */
export interface HighWater {
  /** The highest; null: none was seen. */
  finalBlock(registry: string, options?: CallOptions): Promise<FinalBlock | null>;
  /** Remembers the block where it is higher than all before. */
  raiseFinalBlock(registry: string, block: FinalBlock, options?: CallOptions): Promise<void>;
}

/** A block as the chain shows it. `time` in seconds since 1970. */
interface ShownBlock extends FinalBlock {
  readonly time: number;
}

/**
 * A chain whose newest block is old may be held back by whoever shows it, so that a withdrawal stays hidden.
 * @param what `newest` or `newest final`
 * @param limit minutes
 * @throws TrustError `CHAIN_STALE`
 */
export function refuseStale(what: string, { number, time }: ShownBlock, limit: number): void {
  const minutes = minutesOld({ time });
  if (Math.abs(minutes) <= limit) return;
  const [amount, way] = minutes > 0 ? [minutes, 'old'] : [-minutes, 'ahead of the clock of this machine'];
  throw new TrustError('CHAIN_STALE', {
    should: `the ${what} block must be at most ${limit} min old`,
    was: `the chain is stale by ${amount} min: block ${number} is that much ${way}`,
    next: 'set the clock of this machine right if it is wrong; else use another RPC endpoint, or set blockchain.maxHeadAgeMinutes where blocks of this chain become final so late',
  });
}

export function minutesOld({ time }: Pick<ShownBlock, 'time'>): number {
  return Math.round((Date.now() / 1000 - time) / 60);
}

/** @param was what stands in its place */
export function rolledBack({ number, hash }: FinalBlock, was: string): TrustError {
  return new TrustError('CHAIN_ROLLBACK', {
    should: `the chain must hold block ${number} (${hash}), which was final when this machine saw it`,
    was,
    next: 'use another RPC endpoint: this one is behind, or shows another history; where one that you no longer use made that block up, remove seen.sqlite from the state folder',
  });
}
