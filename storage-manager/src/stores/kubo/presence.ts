import { base32 } from 'multiformats/bases/base32';
import { cidText, RAW } from '../../ids/cid.ts';
import { type Digest, digestFromBytes, digestOf } from '../../ids/digest.ts';
import { DigestMap } from '../../ids/digest-map.ts';
import type { CallOptions } from '../../interfaces.ts';
import { GiB, KiB } from '../../limits.ts';
import type { HttpClient } from '../../transport/client.ts';
import { callRpc, kuboError, saysAbsent } from './rpc.ts';

/** 80 bytes a block: a node of 50 million blocks. */
const MAX_LISTING_BYTES = 4 * GiB;

/** Listing 1,035 blocks took 20 ms; a cold repository of millions on a slow disk takes minutes. */
const LISTING = { headersMs: 60_000, totalMs: 30 * 60_000 };

/** Bytes before the digest: CIDv1, any one-byte codec (Kubo says raw), sha2-256, 32 bytes. */
const CID_BYTES = 36;

/** 2 TB of full chunks; 90 to 180 MB of memory, however long a list a node may send. */
const MAX_REMEMBERED = 2_000_000;

const LIST = 'the list of its blocks';

/**
 * SHA-256 blocks that the daemon holds itself: of more than two million, the first that it lists. A small question goes
 * first: a mute daemon is found out by it, where its list has a minute to begin.
 */
export async function localBlocks(rpc: HttpClient, options: CallOptions): Promise<DigestMap> {
  await holdsBlock(rpc, digestOf(new Uint8Array()), options, LIST);
  const blocks = new DigestMap();
  await listBlocks(rpc, options, (digest) => {
    if (blocks.size < MAX_REMEMBERED) blocks.set(digest, 1);
  });
  return blocks;
}

/** Which of these the daemon holds itself: 1, or 0 where it does not. */
export async function heldBlocks(
  rpc: HttpClient,
  wanted: Iterable<Digest>,
  options: CallOptions,
): Promise<DigestMap> {
  const held = new DigestMap();
  for (const digest of wanted) held.set(digest, 0);
  await listBlocks(rpc, options, (digest) => {
    if (held.get(digest) === 0) held.set(digest, 1);
  });
  return held;
}

async function listBlocks(
  rpc: HttpClient,
  options: CallOptions,
  onBlock: (digest: Digest) => void,
): Promise<void> {
  const failure = await callRpc(
    rpc,
    { call: 'refs/local', what: LIST, maxBytes: MAX_LISTING_BYTES },
    ({ Ref, Err }) => {
      if (Err) throw new Error(String(Err));
      const digest = digestInCid(String(Ref));
      if (digest !== null) onBlock(digest);
    },
    { ...options, deadlines: LISTING },
  );
  if (failure !== null) throw kuboError(rpc.endpoint, LIST, failure);
}

/** Whether the daemon holds the block itself; it asks no peer. It reads the whole block where it does. */
export async function holdsBlock(
  rpc: HttpClient,
  digest: Digest,
  options: CallOptions,
  what = `the size of block ${digest}`,
): Promise<boolean> {
  const query = { arg: cidText(digest, RAW), offline: 'true' };
  const failure = await callRpc(
    rpc,
    { call: 'block/stat', query, what, maxBytes: 64 * KiB },
    () => {},
    options,
  );
  if (failure === null) return true;
  if (saysAbsent(failure)) return false;
  throw kuboError(rpc.endpoint, what, failure);
}

/** The digest in a CID as the daemon lists it; null: not of SHA-256. */
export function digestInCid(text: string): Digest | null {
  const cid = base32.decode(text);
  const ours = cid.byteLength === CID_BYTES && cid[2] === 0x12 && cid[3] === 0x20;
  return ours ? digestFromBytes(cid.subarray(4)) : null;
}
