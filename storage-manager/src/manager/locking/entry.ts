import { type LockEntry, referenceText } from '../../format/lockfile.ts';
import type { Reference } from '../../ids/reference.ts';
import type { CallOptions, ChainRelease, RegistryReader } from '../../interfaces.ts';
import {
  type LockScope,
  refuseBack,
  refuseElsewhere,
  refuseOtherChain,
  refuseUnlike,
} from '../../trust/lock-mismatch.ts';

/** What is locked of an answer of the registry. */
export function entryOf(
  { release, resolution }: ChainRelease,
  { selector }: Reference,
  { chainId, contract }: RegistryReader,
  genesis: string,
): LockEntry {
  const { model, version, manifest, chunkRoot, chunkCount, bytes } = release;
  const { asOf, channel, statementKey } = resolution;
  // What the digest of a manifest names is that version for ever.
  const kept = selector.kind === 'channel' ? selector : ({ kind: 'version', version } as const);
  return {
    reference: referenceText(model, kept),
    release: { model, version, manifest, chunkRoot, chunkCount, bytes },
    ...{ chainId, genesis, registry: contract, statementKey },
    channelSeq: channel?.seq ?? null,
    ...{ status: resolution.release.status, block: asOf.block, time: asOf.time },
  };
}

/**
 * A lock is the memory of a project: what goes back behind it, or contradicts it, is not written over it.
 * @throws TrustError `LOCK_MISMATCH`
 */
export async function refuseContradiction(
  scope: LockScope,
  standing: readonly LockEntry[],
  fresh: LockEntry,
  options: CallOptions,
): Promise<void> {
  const { model, version } = fresh.release;
  for (const entry of standing) {
    const sameVersion = entry.release.model === model && entry.release.version === version;
    const sameReference = entry.reference === fresh.reference;
    if (!sameVersion && !sameReference) continue;
    refuseElsewhere(scope, entry);
    await refuseOtherChain(scope, entry, options);
    if (sameVersion) refuseUnlike(scope.file, entry, fresh.release);
    if (sameReference) refuseBack(scope.file, entry, fresh.channelSeq);
  }
}
