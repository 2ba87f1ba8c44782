import { UnavailableError } from '../../errors.ts';
import { cidText, RAW } from '../../ids/cid.ts';
import type { Digest } from '../../ids/digest.ts';
import type { CallOptions } from '../../interfaces.ts';
import { unreachable } from '../../transport/unreachable.ts';
import { blockCorrupt, blockMissing } from '../block-errors.ts';
import { readRawBlock } from '../trustless.ts';
import type { KuboClients } from './clients.ts';
import { holdsBlock } from './presence.ts';
import { failureOf, rpcPath, saysAbsent } from './rpc.ts';

/** Reads one block into `into` and returns its length. A daemon that is online asks its peers where it has none. */
export function readFromKubo(
  clients: KuboClients,
  digest: Digest,
  into: Uint8Array,
  options: CallOptions,
): Promise<number> {
  const reading =
    clients.gateway === null
      ? readByRpc(clients, digest, into, options)
      : readRawBlock(clients.gateway, clients.name, digest, into, options);
  return reading.catch((error: unknown) => explain(clients, digest, error, options));
}

async function readByRpc(
  { rpc, name }: KuboClients,
  digest: Digest,
  into: Uint8Array,
  options: CallOptions,
): Promise<number> {
  const what = `block ${digest}`;
  const path = rpcPath('block/get', { arg: cidText(digest, RAW) });
  const answer = await rpc.receive({ method: 'POST', path, what }, into, options);
  if (answer.overflow)
    throw blockCorrupt(name, digest, `it outgrows the ${into.byteLength} bytes that it may have`);
  const failure = failureOf(answer);
  if (failure === null) return answer.length;
  // Whatever it lacks, a disk too: others may have the block.
  throw saysAbsent(failure) ? blockMissing(name, digest) : unreachable(rpc.endpoint, what, failure);
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
