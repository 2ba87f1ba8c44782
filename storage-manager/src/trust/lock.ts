import { TrustError } from '../errors.ts';
import { chainText, type LockEntries, type LockEntry, referenceText } from '../format/lockfile.ts';
import type { LabelSelector, ModelName } from '../ids/reference.ts';
import type {
  CallOptions,
  PinnedRelease,
  RegistryReader,
  ReleaseStatus,
  Trust,
  TrustedRelease,
} from '../interfaces.ts';
import { differenceOf } from './difference.ts';
import type { Rung } from './ladder.ts';
import type { Lockfile } from './lockfile.ts';
import { lastStatus, refuseOther, revoked, worst } from './remembered.ts';
import type { Seen } from './seen.ts';

/** A lock file, and the registry that is held to it. */
export interface LockScope {
  readonly file: Lockfile;
  readonly registry: RegistryReader;
}

/** What a lock file holds everybody to. */
export interface LockOptions extends LockScope {
  /** Refuse what has no entry. */
  readonly required: boolean;
  readonly seen: Seen;
}

/**
 * A lock entry is a constraint on every rung: a locked channel stays at its version, and whatever answers must be what was
 * locked, or nothing is used.
 * @param elsewhere vouches for what is locked on a chain while none is configured: that one is not contradicted, only out of
 *   reach. Null: nobody may
 */
export function obeyLock(trust: Trust, lock: LockOptions, elsewhere: Rung | null): Trust {
  const held =
    (ask: Rung): Rung =>
    async (model, selector, options) => {
      const entry = await lock.file.find(model, selector, options);
      if (entry === null && lock.required) throw missing(lock.file, model, selector);
      if (entry === null) return hold(lock, await ask(model, selector, options), options);
      if (elsewhere !== null && lock.registry.trust === 'local' && !isOf(entry, lock.registry))
        return elsewhere(model, selector, options);
      refuseElsewhere(lock, entry);
      const { version } = entry.release;
      return hold(lock, await ask(model, { kind: 'version', version }, options), options);
    };
  return { chain: trust.chain, look: held(trust.look), resolve: held(trust.resolve) };
}

/** The last rung: what the registry said when it was locked, where nothing worse was heard since. */
export function lockRung({ file, registry, seen }: LockOptions): Rung {
  return async (model, selector, options) => {
    const entry = await file.find(model, selector, options);
    if (entry === null) throw missing(file, model, selector);
    const { release, block, time } = entry;
    // What was heard of it counts also where its chain is no longer configured.
    const id = isOf(entry, registry) ? registry.id : `${chainText(entry.chainId)}/${entry.registry}`;
    const remembered = await seen.release(id, release, options);
    refuseOther(release, remembered);
    const locked = lockedStatuses(await file.entries(options), release);
    const status = worst(lastStatus(remembered), ...locked);
    if (status === 'revoked') throw revoked(release);
    return { release, trust: 'lock', asOf: { block, time }, quorum: null, status, resolution: null };
  };
}

/** What the chain said of a release each time that it was locked, on this machine or another. */
export function lockedStatuses(
  entries: LockEntries,
  { model, version }: Pick<PinnedRelease, 'model' | 'version'>,
): readonly ReleaseStatus[] {
  return entries
    .filter(({ release }) => release.model === model && release.version === version)
    .map(({ status }) => status);
}

/** A version that is locked is that very release also where another reference leads to it. */
async function hold(lock: LockOptions, found: TrustedRelease, options?: CallOptions) {
  const { model, version } = found.release;
  const entry = await lock.file.find(model, { kind: 'version', version }, options);
  if (entry === null) return found;
  refuseElsewhere(lock, entry);
  refuseUnlike(lock.file, entry, found.release);
  if (found.resolution !== null) await refuseOtherChain(lock, entry, options);
  return found;
}

/** @throws TrustError `LOCK_MISMATCH` */
export function refuseUnlike(file: Lockfile, { release: locked }: LockEntry, found: PinnedRelease): void {
  const difference = differenceOf(locked, found);
  if (difference === null) return;
  const { what, one, other } = difference;
  throw mismatch(
    `the ${what} of ${locked.model}@${locked.version} must be ${one}, as ${file.name} says`,
    `now it is said to be ${other}`,
  );
}

/** A locked channel has moved on or stands still. @throws TrustError `LOCK_MISMATCH` */
export function refuseBack(
  { name }: Lockfile,
  { reference, channelSeq }: LockEntry,
  now: number | null,
): void {
  if (channelSeq === null || (now !== null && now >= channelSeq)) return;
  throw mismatch(
    `${reference} must have move ${channelSeq} or a later one, as ${name} says`,
    `the registry shows move ${now}`,
  );
}

/** A chain can take the id of another, and not its first block. @throws TrustError `LOCK_MISMATCH`; what the registry throws */
export async function refuseOtherChain(
  { file, registry }: LockScope,
  { reference, chainId, genesis }: LockEntry,
  options?: CallOptions,
): Promise<void> {
  const found = await registry.genesis(options);
  if (found === genesis) return;
  throw mismatch(
    `chain ${chainText(chainId)} must begin with block ${genesis}, as ${file.name} says of ${reference}`,
    `the configured one begins with ${found}`,
  );
}

/** @throws TrustError `LOCK_MISMATCH` */
export function refuseElsewhere({ file, registry }: LockScope, entry: LockEntry) {
  if (isOf(entry, registry)) return;
  throw mismatch(
    `${entry.reference} must be of the registry ${entry.registry} on ${chainText(entry.chainId)}, as ${file.name} says`,
    `the configured one is ${registry.contract} on ${chainText(registry.chainId)}`,
  );
}

export function isOf(entry: LockEntry, { chainId, contract }: RegistryReader): boolean {
  return entry.chainId === chainId && entry.registry === contract;
}

function mismatch(should: string, was: string): TrustError {
  const next =
    'use neither before you know why they differ: ask the publisher, and see `ballast lock --check`; where the chain itself was begun anew, as by `ballast reset`, `ballast lock --remove REF` gives up the entry';
  return new TrustError('LOCK_MISMATCH', { should, was, next });
}

function missing(file: Lockfile, model: ModelName, selector: LabelSelector): TrustError {
  const reference = referenceText(model, selector);
  return new TrustError('LOCK_MISSING', {
    should: `${file.name} must have an entry for ${reference}`,
    was: `${file.name} has no entry for it`,
    next: `lock it while the chain can be reached: \`ballast lock ${reference}\``,
  });
}
