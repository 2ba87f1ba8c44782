import { CorruptError } from '../../errors.ts';
import { cidText, RAW } from '../../ids/cid.ts';
import { type Digest, digestOf } from '../../ids/digest.ts';
import { DigestMap } from '../../ids/digest-map.ts';
import type { CallOptions } from '../../interfaces.ts';
import { GiB } from '../../limits.ts';
import { blockCorrupt } from '../block-errors.ts';
import type { KuboControl } from './control.ts';
import { type BlockReader, readBlock } from './read.ts';
import { rpcPath } from './rpc.ts';
import { KuboSession } from './session.ts';

/** `repo/verify` reads every block of the node: 1 TiB at 100 MB/s takes three hours. */
const VERIFY = { totalMs: 6 * 60 * 60_000 };

/**
 * Puts right bytes where wrong ones lie. An import alone heals nothing: the daemon skips a block whose key it has. So:
 * remove → import → read back. No pin is touched, so that a stop in between costs this one block and never a release.
 */
export async function replaceBlock(
  reader: BlockReader,
  control: KuboControl,
  digest: Digest,
  bytes: Uint8Array,
  options: CallOptions,
): Promise<void> {
  const actual = digestOf(bytes);
  if (actual !== digest) throw blockCorrupt(reader.name, digest, `the replacement has digest ${actual}`);
  const refused = await control.removeBlock(digest, options);
  // Where an inner block of a pinned graph is rotten the daemon can't check its pins, and removes none.
  if (refused !== null) await dropCorrupt(reader, options);
  const session = new KuboSession(reader.rpc, new DigestMap());
  try {
    await session.write([{ digest, bytes }], options);
    await session.seal(options);
  } finally {
    await session.abort();
  }
  const read = new Uint8Array(bytes.byteLength);
  const length = await readBlock(reader, digest, read, options);
  if (digestOf(read.subarray(0, length)) !== digest)
    throw new CorruptError('STORE_CORRUPT', {
      should: `block ${digest} must read back right from store ${reader.name} after its replacement`,
      was: `the store still gives other bytes${refused === null ? '' : ` (it refused to remove it: ${refused})`}`,
      next: `run \`ipfs block rm ${cidText(digest, RAW)}\` on that node, unpin what holds it, then store the model again`,
    });
}

/** Lets the daemon find and remove its rotten blocks; whether that helped, the read-back tells. */
async function dropCorrupt({ rpc }: BlockReader, options: CallOptions): Promise<void> {
  const path = rpcPath('repo/verify', { drop: 'true' });
  const request = { method: 'POST', path, what: 'the check of its blocks' } as const;
  await rpc.lines(request, () => {}, GiB, { ...options, deadlines: VERIFY });
}
