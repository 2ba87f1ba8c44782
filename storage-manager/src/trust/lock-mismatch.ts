/** What contradicts a lock entry. */
import { TrustError } from '../errors.ts';
import { chainText, type LockEntry } from '../format/lockfile.ts';
import type { CallOptions, PinnedRelease, RegistryReader } from '../interfaces.ts';
import { differenceOf } from './difference.ts';
import { isOf, type Lockfile } from './lockfile.ts';

/** A lock file, and the registry that is held to it. */
export interface LockScope {
  readonly file: Lockfile;
  readonly registry: RegistryReader;
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

function mismatch(should: string, was: string): TrustError {
  const next =
    'use neither before you know why they differ: ask the publisher, and see `ballast lock --check`; where the chain itself was begun anew, as by `ballast reset`, `ballast lock --remove REF` gives up the entry';
  return new TrustError('LOCK_MISMATCH', { should, was, next });
}
