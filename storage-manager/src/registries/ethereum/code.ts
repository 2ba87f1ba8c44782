import { keccak256 } from 'ethers/crypto';
import type { CallOptions } from '../../interfaces.ts';
import type { Chain, Head } from './chain.ts';

/** keccak256 of the code at an address; null where there is none. */
export async function codeHashAt(
  chain: Chain,
  head: Head,
  address: string,
  options: CallOptions,
): Promise<string | null> {
  const code = String(await chain.ask('eth_getCode', [address, { blockHash: head.hash }], options));
  return code === '0x' ? null : keccak256(code);
}
