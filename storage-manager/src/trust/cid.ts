import { type NamedBlock, parseCid } from '../ids/cid.ts';

/** A block that its caller vouches for, and no moment at which a chain did. */
export interface TrustedBlock extends NamedBlock {
  readonly trust: 'cid';
  readonly asOf: null;
}

/**
 * The third rung: a CID that the caller names himself is its own proof. No registry is asked, so that it holds with
 * the chain out of reach; nothing says which model it is, or whether its publisher still stands by it.
 * @param text `bafy…`, `Qm…`, `/ipfs/bafy…` or `ipfs://bafy…`
 * @throws UsageError `CID_INVALID`
 */
export function trustCid(text: string): TrustedBlock {
  return { ...parseCid(text), trust: 'cid', asOf: null };
}
