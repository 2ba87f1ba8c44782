import { cidText, DAG_CBOR } from '../../ids/cid.ts';
import type { Digest } from '../../ids/digest.ts';
import type { CallOptions } from '../../interfaces.ts';
import { KiB } from '../../limits.ts';
import type { HttpClient } from '../../transport/client.ts';
import { callRpc, kuboError, type RpcCall } from './rpc.ts';

const LIST_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * KiB;

/** Whether the manifest is pinned with all that it names. @throws UnavailableError `STORE_UNREACHABLE` */
export async function isPinned(rpc: HttpClient, manifest: Digest, options: CallOptions): Promise<boolean> {
  const what = `the pins of manifest ${manifest}`;
  const query = { arg: cidText(manifest, DAG_CBOR), type: 'recursive' };
  const failure = await call(rpc, { call: 'pin/ls', query, what }, LIST_MS, options);
  if (failure === null) return true;
  if (failure.includes('is not pinned')) return false;
  throw kuboError(rpc.endpoint, what, failure);
}

/**
 * Pins the manifest with all that it names; where a block is absent an online daemon waits for a peer to bring it.
 * @throws UnavailableError `STORE_UNREACHABLE`
 */
export async function pin(
  rpc: HttpClient,
  manifest: Digest,
  withinMs: number,
  options: CallOptions,
): Promise<void> {
  const what = `a pin of manifest ${manifest}`;
  const query = { arg: cidText(manifest, DAG_CBOR) };
  const failure = await call(rpc, { call: 'pin/add', query, what }, withinMs, options);
  if (failure !== null) throw kuboError(rpc.endpoint, what, failure);
}

function call(
  rpc: HttpClient,
  wanted: Omit<RpcCall, 'maxBytes'>,
  withinMs: number,
  options: CallOptions,
): Promise<string | null> {
  const deadlines = { headersMs: withinMs, totalMs: withinMs };
  const ignore = () => {};
  return callRpc(rpc, { ...wanted, maxBytes: MAX_ANSWER_BYTES }, ignore, { ...options, deadlines });
}
