import { getAddress } from 'ethers/address';
import { UsageError } from '../errors.ts';
import type { Administration } from '../registries/ethereum/access-manager.ts';
import { NOBODY } from '../registries/ethereum/create2.ts';

/** Who administers a registry. */
export interface Rights {
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
export function administrationOf({ admin, pauser, delayHours }: Rights): Administration | null {
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

/** Lower case. With capitals in it the checksum must be right (EIP-55): rights given to a typing error are lost. */
export function parseAddress(text: string, name: string): string {
  try {
    const address = getAddress(text).toLowerCase();
    if (text.startsWith('0x') && address !== NOBODY) return address;
  } catch {
    // Told below.
  }
  throw new UsageError('ARGUMENT_INVALID', {
    should: `${name} must be an address: 0x and 40 hex digits, with capitals only where its checksum has them`,
    was: `it is ${JSON.stringify(text)}`,
    next: 'copy it again from where it comes from',
  });
}
