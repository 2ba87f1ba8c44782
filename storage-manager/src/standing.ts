/** How a release stands, by what its registry says. */
import type { ReleaseStatus, Resolution } from './records.ts';

/** Nothing in the answer can be taken back by the chain any more. */
export function isFinal({ changedBlock, finalBlock }: Resolution): boolean {
  return changedBlock <= finalBlock;
}

/** Refused behind a channel. */
export function isWithdrawn(status: ReleaseStatus): boolean {
  return status === 'yanked' || status === 'revoked';
}
