import { type NamedBlock, parseCid } from '../ids/cid.ts';
import type { TrustedBlock } from '../interfaces.ts';

/**
 * The third rung: a CID that the caller names himself is its own proof. No registry is asked, so that it holds with
 * the chain out of reach; nothing says which model it is, whether its publisher still stands by it, or when.
 * @param text `bafy…`, `Qm…`, `/ipfs/bafy…` or `ipfs://bafy…` @throws UsageError `CID_INVALID`
 */
export function trustCid(text: string): TrustedBlock {
  const block: NamedBlock = parseCid(text);
  return { ...block, trust: 'cid', asOf: null };
}
