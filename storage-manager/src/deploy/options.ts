import { UsageError } from '../errors.ts';
import type { Administration } from '../registries/ethereum/access-manager.ts';
import { parseAddress } from '../registries/ethereum/address.ts';

/** Who administers a registry. */
export interface AdminOptions {
  /** Account or Safe that holds all rights of administration. Default: there are no administrators, for ever. */
  readonly admin?: string | undefined;
  /** Who may pause, at once. Default: `admin`. */
  readonly pauser?: string | undefined;
  /** Between the announcement of whatever else administrators do and its earliest execution. Default: 48 hours. */
  readonly delaySeconds?: number | undefined;
}

const DELAY_SECONDS = 172_800;
/** The manager keeps seconds in 32 bits; a year is longer than anybody waits for. */
const MAX_DELAY_SECONDS = 31_536_000;

/** @throws UsageError `ARGUMENT_INVALID` */
export function administrationOf({ admin, pauser, delaySeconds }: AdminOptions): Administration | null {
  if (admin === undefined) {
    if (pauser === undefined && delaySeconds === undefined) return null;
    throw new UsageError('ARGUMENT_INVALID', {
      should: 'a pauser and a delay belong to a registry with an admin',
      was: 'none is named',
      next: 'name one with --admin, or leave --pauser and --delay out',
    });
  }
  const delay = delaySeconds ?? DELAY_SECONDS;
  if (!Number.isSafeInteger(delay) || delay < 1 || delay > MAX_DELAY_SECONDS)
    throw new UsageError('ARGUMENT_INVALID', {
      should: `the delay must be 1 second to 365 days`,
      was: `it is ${delay} s`,
      next: 'give --delay a time in that range, such as 48h',
    });
  return {
    admin: parseAddress(admin, '--admin'),
    pauser: parseAddress(pauser ?? admin, '--pauser'),
    delay,
  };
}
