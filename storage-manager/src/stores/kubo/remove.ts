import { CID } from 'multiformats/cid';
import { cidOf, RAW } from '../../ids/cid.ts';
import type { Digest } from '../../ids/digest.ts';
import type { CallOptions } from '../../interfaces.ts';
import { KiB } from '../../limits.ts';
import type { HttpClient } from '../../transport/client.ts';
import { callRpc, kuboError } from './rpc.ts';

/** A codec from multicodec's private-use range, that no pin can name. */
const PRIVATE_CODEC = 0x300000;

/** The pin check of `block/rm` walks every pinned graph. */
const REMOVE_MS = 10 * 60_000;

/**
 * Removes a block although a pin holds it. Kubo's pins name CIDs, its blocks are keyed by the multihash: under a
 * codec that no pin names the block is free [measured, 0.41], and the release never stands unpinned.
 * @returns why the daemon refused, or null; an absent block counts as removed
 * @throws UnavailableError `STORE_UNREACHABLE`
 */
export async function removeBlock(
  rpc: HttpClient,
  digest: Digest,
  options: CallOptions,
): Promise<string | null> {
  const what = `the removal of block ${digest}`;
  const cid = CID.createV1(PRIVATE_CODEC, cidOf(digest, RAW).multihash);
  const call = { call: 'block/rm', query: { arg: cid.toString(), force: 'true' }, what, maxBytes: 64 * KiB };
  let refused: string | null = null;
  const read = ({ Error: error }: Readonly<Record<string, unknown>>): void => {
    if (error) refused = String(error);
  };
  const deadlines = { headersMs: REMOVE_MS, totalMs: REMOVE_MS };
  const failure = await callRpc(rpc, call, read, { ...options, deadlines });
  if (failure !== null) throw kuboError(rpc.endpoint, what, failure);
  return refused;
}
