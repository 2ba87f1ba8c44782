import { getAddress } from 'ethers/address';
import { UsageError } from '../../errors.ts';
import { NOBODY } from './create2.ts';

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
