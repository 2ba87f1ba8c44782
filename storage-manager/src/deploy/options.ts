import { UsageError } from '../errors.ts';
import type { Administration } from '../registries/ethereum/access-manager.ts';
import { parseAddress } from '../registries/ethereum/address.ts';

/** Who administers a registry. */
export interface AdminOptions {
  /** Account or Safe that holds all rights of administration. Default: there are no administrators, for ever. */
  readonly admin?: string | undefined;
  /** Who may pause, at once. Default: `admin`. */
  readonly pauser?: string | undefined;
  /** Hours between the announcement of whatever else administrators do and its earliest execution. Default: 48. */
  readonly delayHours?: number | undefined;
}

const DELAY_HOURS = 48;
/** The manager keeps seconds in 32 bits; a year is longer than anybody waits for. */
const MAX_DELAY_HOURS = 8_760;

/** @throws UsageError `ARGUMENT_INVALID` */
export function administrationOf({ admin, pauser, delayHours }: AdminOptions): Administration | null {
  if (admin === undefined) {
    if (pauser === undefined && delayHours === undefined) return null;
    throw new UsageError('ARGUMENT_INVALID', {
      should: 'a pauser and a delay belong to a registry with an admin',
      was: 'none is named',
      next: 'name one with --admin, or leave --pauser and --delay out',
    });
  }
  const hours = delayHours ?? DELAY_HOURS;
  if (!Number.isSafeInteger(hours) || hours < 1 || hours > MAX_DELAY_HOURS)
    throw new UsageError('ARGUMENT_INVALID', {
      should: `the delay must be 1 to ${MAX_DELAY_HOURS} whole hours`,
      was: `it is ${hours}`,
      next: 'give --delay a number in that range',
    });
  return {
    admin: parseAddress(admin, '--admin'),
    pauser: parseAddress(pauser ?? admin, '--pauser'),
    delay: hours * 3_600,
  };
}
