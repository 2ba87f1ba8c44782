import { TrustError } from '../errors.ts';
import { chainText, referenceText } from '../format/lockfile.ts';
import { cidText, type NamedBlock } from '../ids/cid.ts';
import type { LabelSelector, ModelName } from '../ids/reference.ts';
import type { CallOptions, Trust, TrustedRelease } from '../interfaces.ts';
import type { Rung } from './ladder.ts';
import { type LockScope, refuseElsewhere, refuseOtherChain, refuseUnlike } from './lock-mismatch.ts';
import { isOf, type Lockfile, lockedStatuses } from './lockfile.ts';
import { lastStatus, refuseOther, revoked, worst } from './remembered.ts';
import type { Seen } from './seen.ts';

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

/** Of a CID that is named itself: a manifest that is locked has it. @throws TrustError `LOCK_MISSING` */
export async function refuseUnlocked(
  file: Lockfile,
  { digest, codec }: NamedBlock,
  options?: CallOptions,
): Promise<void> {
  const entries = await file.entries(options);
  if (entries.some(({ release }) => release.manifest === digest)) return;
  throw new TrustError('LOCK_MISSING', {
    should: `${file.name} must have an entry with the manifest ${cidText(digest, codec)}`,
    was: `${file.name} has none`,
    next: 'lock the model that has it: `ballast lock REF`; or leave --locked out',
  });
}

function missing(file: Lockfile, model: ModelName, selector: LabelSelector): TrustError {
  const reference = referenceText(model, selector);
  return new TrustError('LOCK_MISSING', {
    should: `${file.name} must have an entry for ${reference}`,
    was: `${file.name} has no entry for it`,
    next: `lock it while the chain can be reached: \`ballast lock ${reference}\``,
  });
}
