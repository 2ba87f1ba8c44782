import { keccak256 } from 'ethers/crypto';

/** What contracts on a chain see in one block. */
export interface Probe {
  /** EIP-155, as they see it (EIP-1344). */
  readonly chainId: number;
  /** The number of the block, as they see it, where it is neither its own nor the next one's; else null. */
  readonly foreignNumber: number | null;
  /** keccak256 of the code at each address that was asked about, in order; null where there is none. */
  readonly codeHashes: readonly (string | null)[];
}

const WORD = 32;
const NO_CODE = [`0x${'0'.repeat(64)}`, keccak256('0x')];

/**
 * Code for an `eth_call` without a receiver, which executes it as the creation of a contract: NUMBER where it is foreign,
 * CHAINID, then EXTCODEHASH (EIP-1052) of each address, a word each. So one short answer says what 80 kB of code would, and
 * what no other call tells. The number comes first: what a creation returns must not begin with 0xef (EIP-3541), as a hash
 * may. Some nodes execute a call as part of the block that comes next; all that are right give the same answer.
 * @param number of the block in which it is executed
 */
export function probeCode(number: number, addresses: readonly string[]): string {
  // (NUMBER < number | NUMBER > number + 1) * NUMBER
  const foreign = `${push(number)}4310${push(number + 1)}4311174302`;
  const values = [foreign, '46', ...addresses.map((address) => `73${address.slice(2)}3f`)];
  const stores = values.map((value, place) => `${value}61${offset(place)}52`);
  return `0x${stores.join('')}61${offset(values.length)}6000f3`;
}

/** What such a call has returned; null where it is no such answer. */
export function readProbe(answer: unknown, addresses: readonly string[]): Probe | null {
  const length = (addresses.length + 2) * WORD * 2;
  if (typeof answer !== 'string' || !/^0x[0-9a-f]*$/i.test(answer) || answer.length !== 2 + length)
    return null;
  const [number, chainId, ...hashes] = answer
    .toLowerCase()
    .match(/[^x]{64}/g)!
    .map((word) => `0x${word}`);
  const codeHashes = hashes.map((hash) => (NO_CODE.includes(hash) ? null : hash));
  return { chainId: Number(chainId), foreignNumber: Number(number) || null, codeHashes };
}

/** PUSH8, which holds any safe integer. */
function push(value: number): string {
  return `67${value.toString(16).padStart(16, '0')}`;
}

function offset(place: number): string {
  return (place * WORD).toString(16).padStart(4, '0');
}
