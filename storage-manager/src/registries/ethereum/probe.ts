import { keccak256 } from 'ethers/crypto';

/** What contracts on a chain see in one block. */
export interface Probe {
  /** The number of the block, as they see it. */
  readonly number: number;
  /** keccak256 of the code at each address that was asked about, in order; null where there is none. */
  readonly codeHashes: readonly (string | null)[];
}

const WORD = 32;
const NO_CODE = [`0x${'0'.repeat(64)}`, keccak256('0x')];

/**
 * Code for an `eth_call` without a receiver, which executes it as the creation of a contract: NUMBER, then EXTCODEHASH
 * (EIP-1052) of each address, a word each. So one short answer says what 80 kB of code would, and what no other call tells.
 * The number comes first: what a creation returns must not begin with 0xef (EIP-3541), as a hash may.
 */
export function probeCode(addresses: readonly string[]): string {
  const values = ['43', ...addresses.map((address) => `73${address.slice(2)}3f`)];
  const stores = values.map((value, place) => `${value}61${offset(place)}52`);
  return `0x${stores.join('')}61${offset(values.length)}6000f3`;
}

/** What such a call has returned; null where it is no such answer. */
export function readProbe(answer: unknown, addresses: readonly string[]): Probe | null {
  const length = (addresses.length + 1) * WORD * 2;
  if (typeof answer !== 'string' || !/^0x[0-9a-f]*$/i.test(answer) || answer.length !== 2 + length)
    return null;
  const [number, ...hashes] = answer
    .toLowerCase()
    .match(/[^x]{64}/g)!
    .map((word) => `0x${word}`);
  const codeHashes = hashes.map((hash) => (NO_CODE.includes(hash) ? null : hash));
  return { number: Number(number), codeHashes };
}

function offset(place: number): string {
  return (place * WORD).toString(16).padStart(4, '0');
}
