import { CorruptError } from '../../errors.ts';
import { cidText, RAW } from '../../ids/cid.ts';
import { type Digest, digestOf } from '../../ids/digest.ts';
import { DigestMap } from '../../ids/digest-map.ts';
import type { CallOptions } from '../../interfaces.ts';
import { GiB } from '../../limits.ts';
import { blockCorrupt } from '../block-errors.ts';
import type { KuboClients } from './clients.ts';
import { digestInCid, holdsBlock } from './presence.ts';
import { readFromKubo } from './read.ts';
import { removeBlock } from './remove.ts';
import { callRpc } from './rpc.ts';
import { KuboSession } from './session.ts';

/** `repo/verify` reads every block of the node: 1 TiB at 100 MB/s takes three hours. */
const VERIFY = { totalMs: 6 * 60 * 60_000 };

/**
 * Puts right bytes where wrong ones lie. An import alone heals nothing: the daemon skips a block whose key it has. So:
 * remove → import → read back. No pin is touched, so that a stop in between costs this one block and never a release.
 */
export async function replaceBlock(
  clients: KuboClients,
  digest: Digest,
  bytes: Uint8Array,
  options: CallOptions,
): Promise<void> {
  const actual = digestOf(bytes);
  if (actual !== digest) throw blockCorrupt(clients.name, digest, `the replacement has digest ${actual}`);
  const refused = await removeBlock(clients.rpc, digest, options);
  // Where an inner block of a pinned graph is rotten the daemon can't check its pins, and removes none.
  if (refused !== null) await dropCorrupt(clients, digest, options);
  const session = new KuboSession(clients.imports, new DigestMap());
  try {
    await session.write([{ digest, bytes }], options);
    await session.seal(options);
  } finally {
    await session.abort();
  }
  const read = new Uint8Array(bytes.byteLength);
  const length = await readFromKubo(clients, digest, read, options);
  if (digestOf(read.subarray(0, length)) !== digest)
    throw new CorruptError('STORE_CORRUPT', {
      should: `block ${digest} must read back right from store ${clients.name} after its replacement`,
      was: `the store still gives other bytes${refused === null ? '' : ` (it refused to remove it: ${refused})`}`,
      next: `run \`ipfs block rm ${cidText(digest, RAW)}\` on that node, unpin what holds it, then store the model again`,
    });
}

/**
 * Lets the daemon find and remove all its rotten blocks; whether that helped, the read-back tells. It forgets to tell
 * its own cache of keys, and would skip the import of what it has just removed; being asked for the block it learns.
 */
async function dropCorrupt({ rpc }: KuboClients, digest: Digest, options: CallOptions): Promise<void> {
  const removed = [digest];
  const call = {
    call: 'repo/verify',
    query: { drop: 'true' },
    what: 'the check of its blocks',
    maxBytes: GiB,
  };
  const read = ({ Msg }: Readonly<Record<string, unknown>>): void => {
    const cid = /^block (\S+) was corrupt/.exec(String(Msg))?.[1];
    const dropped = cid === undefined ? null : digestInCid(cid);
    if (dropped !== null) removed.push(dropped);
  };
  await callRpc(rpc, call, read, { ...options, deadlines: VERIFY });
  for (const each of removed) await holdsBlock(rpc, each, options);
}
