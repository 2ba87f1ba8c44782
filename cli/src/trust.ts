import type { RetrievedContent } from '@ballast-models/storage-manager';
import { timeText } from './output.ts';

/** Whose word a result is, as every document says it. */
export type Word = Pick<RetrievedContent, 'trust' | 'asOf' | 'quorum'>;

const WHO: Readonly<Record<Word['trust'], string>> = {
  chain: 'the configured chain',
  local: 'the private chain of this machine',
  statement: "a statement signed by its namespace's key, without the chain",
  lock: 'the lock file, without the chain',
  cid: 'the CID that you named; no chain was asked whose model it is',
};

/** `the configured chain (2 of 3 endpoints agreed), as of block 812, 2026-11-21 05:30 UTC` */
export function trustText({ trust, asOf, quorum }: Word): string {
  const agreed = quorum === null ? '' : ` (${quorum.agreed} of ${quorum.asked} endpoints agreed)`;
  const when = asOf === null ? '' : `, as of block ${asOf.block}, ${timeText(asOf.time)}`;
  return `${WHO[trust]}${agreed}${when}`;
}
