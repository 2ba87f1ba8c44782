import { chainText, type LockEntry } from '../../format/lockfile.ts';
import { cidText, DAG_CBOR } from '../../ids/cid.ts';
import { digestToHex } from '../../ids/digest.ts';
import type { NameOf } from '../names.ts';
import type { Comparison } from './compare.ts';

/** An entry of the lock file. */
export type LockedModel = ReturnType<typeof lockedDocument>;
/** An entry, and what the registry says of it now. */
export type CheckedLock = ReturnType<typeof checkedDocument>;

export function lockedDocument(entry: LockEntry, nameOf: NameOf) {
  const { reference, release, chainId, genesis, registry, channelSeq, statementKey, status, block, time } =
    entry;
  const { model, version, manifest, chunkRoot, chunkCount, bytes } = release;
  return {
    reference: `${nameOf(model)}${reference.slice(model.length)}`,
    version: version as string,
    /** CAIP-2. */
    chain: chainText(chainId),
    /** Hash of its first block. */
    genesis,
    registry,
    manifest: cidText(manifest, DAG_CBOR),
    chunkRoot: digestToHex(chunkRoot) as string,
    chunks: chunkCount,
    bytes,
    /** Of the channel, when it led there; null of a version. */
    channelSeq,
    /** Whose statements vouch for the namespace; null: nobody's. */
    statementKey,
    /** As of `asOf`. */
    status,
    /** When the registry said all this. */
    asOf: { block, time: time.toISOString() },
  };
}

export function checkedDocument(entry: LockEntry, { now, problem }: Comparison, nameOf: NameOf) {
  return {
    ...lockedDocument(entry, nameOf),
    /** What contradicts the entry; null: nothing. */
    problem,
    /** Where the reference leads now, and how that stands; null where the registry says nothing. */
    now: now && { version: now.release.version as string, status: now.release.status },
  };
}
