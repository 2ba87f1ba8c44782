import { TrustError } from '../errors.ts';
import type { PinnedRelease, Release, ReleaseStatus } from '../interfaces.ts';

/** What this machine has heard of a release while it could reach the chain. */
export interface RememberedRelease {
  readonly manifest: string;
  readonly status: ReleaseStatus;
  readonly statusSeq: number;
  /** What the registry of its home chain said of a mirrored one; null: nobody asked there. */
  readonly homeStatus: ReleaseStatus | null;
  /** It stood in a final block: the chain can't make another release of it. */
  readonly final: boolean;
  /** So did this status: the chain can't take it back. */
  readonly statusFinal: boolean;
}

/** The worst of what was said of a release: of what is no withdrawal, the first; null: nobody said anything. */
export function worst(...said: readonly (ReleaseStatus | null)[]): ReleaseStatus | null {
  const heard = said.filter((status) => status !== null);
  return (
    heard.find((status) => status === 'revoked') ??
    heard.find((status) => status === 'yanked') ??
    heard[0] ??
    null
  );
}

/** The worse of what the registry and the home chain have said; null: nothing was ever heard. */
export function lastStatus(remembered: RememberedRelease | null): ReleaseStatus | null {
  return remembered && worst(remembered.status, remembered.homeStatus);
}

/**
 * A final release is what it is for ever, and the changes of its status only add up.
 * @throws TrustError `RELEASE_CHANGED`
 */
export function refuseChange(release: Release, remembered: RememberedRelease | null): void {
  refuseOther(release, remembered);
  if (remembered === null || !remembered.statusFinal) return;
  const { status, statusSeq } = remembered;
  const later = release.statusSeq > statusSeq;
  if (later || (release.statusSeq === statusSeq && release.status === status)) return;
  throw changed(
    release,
    `${status} (change ${statusSeq} of its status)`,
    `the chain says ${release.status} (change ${release.statusSeq})`,
  );
}

/** Whoever vouches for it: another manifest than the chain has shown is no word to believe. @throws TrustError `RELEASE_CHANGED` */
export function refuseOther(release: PinnedRelease, remembered: RememberedRelease | null): void {
  if (remembered === null || !remembered.final || release.manifest === remembered.manifest) return;
  throw changed(release, `manifest ${remembered.manifest}`, `now it is said to be ${release.manifest}`);
}

export function revoked({ model, version }: Pick<PinnedRelease, 'model' | 'version'>): TrustError {
  return new TrustError('RELEASE_REVOKED', {
    should: `${model}@${version} must not be revoked`,
    was: 'its publisher has revoked it for ever',
    next: 'use another version: see `ballast list --all`',
  });
}

function changed({ model, version }: PinnedRelease, seen: string, was: string): TrustError {
  return new TrustError('RELEASE_CHANGED', {
    should: `${model}@${version} must be what this machine has seen of it: ${seen}`,
    was,
    next: 'believe none of it: use another RPC endpoint, and ask the publisher; where the chain itself began anew, as a test network does, remove seen.sqlite from the state folder',
  });
}
