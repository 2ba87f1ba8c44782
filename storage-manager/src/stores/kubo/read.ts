import { UnavailableError } from '../../errors.ts';
import { cidText, RAW } from '../../ids/cid.ts';
import type { Digest } from '../../ids/digest.ts';
import type { CallOptions } from '../../interfaces.ts';
import { blockCorrupt, blockMissing } from '../block-errors.ts';
import type { KuboClients } from './clients.ts';
import { holdsBlock } from './presence.ts';
import { failureOf, kuboError, rpcPath, saysAbsent } from './rpc.ts';

/** What a gateway answers where it has no such block and no peer brought it in its own time. */
const GATEWAY_MISSING = [404, 410, 504];

/** Reads one block into `into` and returns its length. A daemon that is online asks its peers where it has none. */
export async function readBlock(
  clients: KuboClients,
  digest: Digest,
  into: Uint8Array,
  options: CallOptions,
): Promise<number> {
  const client = clients.gateway ?? clients.rpc;
  const what = `block ${digest}`;
  const cid = cidText(digest, RAW);
  const answer = await client
    .receive(
      clients.gateway
        ? { method: 'GET', path: `/ipfs/${cid}?format=raw`, what }
        : { method: 'POST', path: rpcPath('block/get', { arg: cid }), what },
      into,
      options,
    )
    .catch((error: unknown) => explain(clients, digest, error, options));
  if (answer.overflow)
    throw blockCorrupt(clients.name, digest, `it outgrows the ${into.byteLength} bytes that it may have`);
  const failure = failureOf(answer);
  if (failure === null) return answer.length;
  const missing = clients.gateway ? GATEWAY_MISSING.includes(answer.status) : saysAbsent(failure);
  throw missing ? blockMissing(clients.name, digest) : kuboError(client.endpoint, what, failure);
}

/** A daemon that searches its peers in vain is as silent as one that hangs: ask what it holds itself. */
async function explain(
  clients: KuboClients,
  digest: Digest,
  error: unknown,
  options: CallOptions,
): Promise<never> {
  if (!(error instanceof UnavailableError)) throw error;
  const held = await holdsBlock(clients.rpc, digest, options).catch(() => true);
  options.signal?.throwIfAborted();
  throw held ? error : blockMissing(clients.name, digest);
}
