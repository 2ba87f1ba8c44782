import { type BallastError, MissingError, TrustError } from '../../errors.ts';
import type { LockEntry } from '../../format/lockfile.ts';
import { parseReference } from '../../ids/reference.ts';
import type { CallOptions, ChainTrust, Resolution } from '../../interfaces.ts';
import {
  type LockScope,
  refuseBack,
  refuseElsewhere,
  refuseOtherChain,
  refuseUnlike,
} from '../../trust/lock-mismatch.ts';

/** What the registry says of an entry now. */
export interface Comparison {
  /** Of the reference: a channel may lead elsewhere by now; null where the registry says nothing. */
  readonly now: Resolution | null;
  /** What contradicts the entry, in a sentence; null: nothing. */
  readonly problem: string | null;
}

/** Contradictions; that the registry can't be asked is none. */
const CONTRADICTIONS: readonly string[] = [
  'CHAINS_DISAGREE',
  'CHANNEL_ROLLBACK',
  'CHANNEL_WITHDRAWN',
  'LOCK_MISMATCH',
  'MODEL_INACTIVE',
  'RELEASE_CHANGED',
  'RELEASE_REVOKED',
];

/** @throws TrustError `CHAIN_UNREACHABLE`; what the registry throws where it says neither yes nor no */
export async function compare(
  scope: LockScope,
  entry: LockEntry,
  chain: ChainTrust,
  options: CallOptions,
): Promise<Comparison> {
  const { model, version } = entry.release;
  const { selector } = parseReference(entry.reference);
  let now: Resolution | null = null;
  try {
    refuseElsewhere(scope, entry);
    await refuseOtherChain(scope, entry, options);
    const locked = await chain.resolve(model, { kind: 'version', version }, options);
    now = locked.resolution;
    refuseUnlike(scope.file, entry, locked.release);
    if (selector.kind !== 'channel') return { now, problem: null };
    now = (await chain.look(model, selector, options)).resolution;
    refuseBack(scope.file, entry, now.channel?.seq ?? null);
    return { now, problem: null };
  } catch (error) {
    if (!contradicts(error)) throw error;
    return { now, problem: error.message };
  }
}

function contradicts(error: unknown): error is BallastError {
  if (error instanceof TrustError) return CONTRADICTIONS.includes(error.code);
  return error instanceof MissingError;
}
