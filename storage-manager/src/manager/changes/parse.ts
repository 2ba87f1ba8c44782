import { UsageError } from '../../errors.ts';
import { type Digest, parseDigest } from '../../ids/digest.ts';
import type { Reason, ReleaseStatus } from '../../interfaces.ts';
import type { Address, Role } from '../../records.ts';
import { REASONS, ROLES, STATUSES } from '../../registries/ethereum/enums.ts';

/** What callers write, as the registry knows it. All throw UsageError `ARGUMENT_INVALID`. */

export function parseReason(text: string): Reason {
  return oneOf(REASONS, 'a reason', text);
}

export function parseStatus(text: string): ReleaseStatus {
  return oneOf(STATUSES, 'a status', text);
}

/** Each once, in the order of the contract. */
export function parseRoles(names: readonly string[]): readonly Role[] {
  const wanted = names.map((name) => oneOf(ROLES, 'a role', name));
  return ROLES.filter((role) => wanted.includes(role));
}

/** Lower case; where it has capitals its checksum must be right. */
export async function parseAccount(text: string, what: string): Promise<Address> {
  const { parseAddress } = await import('../../registries/ethereum/address.ts');
  return parseAddress(text, what);
}

export function parseReport(text: string | undefined): Digest | null {
  return text === undefined ? null : parseDigest(text);
}

/** A number of chunks or of seconds, or of a block. */
export function parseCount(value: number, what: string): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid(`${what} must be a whole number`, String(value));
}

function oneOf<T extends string>(known: readonly T[], what: string, text: string): T {
  const found = known.find((each) => each === text);
  if (found !== undefined) return found;
  throw invalid(`${what} must be one of ${known.join(', ')}`, text);
}

function invalid(should: string, was: string): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should,
    was: `${JSON.stringify(was.slice(0, 80))} was given`,
    next: 'see the help of the command (--help)',
  });
}
