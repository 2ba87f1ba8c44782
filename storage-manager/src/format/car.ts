import { encode } from '@ipld/dag-cbor';
import type { CID } from 'multiformats/cid';
import { type Digest, digestToBytes } from '../ids/digest.ts';
import { varint } from './varint.ts';

/** CIDv1, raw, SHA-256, 32 bytes. */
const CID_PREFIX = [0x01, 0x55, 0x12, 0x20];
const CID_BYTES = CID_PREFIX.length + 32;

/** The beginning of a CARv1 file (https://ipld.io/specs/transport/car/carv1/). */
export function carHeader(roots: readonly CID[]): Uint8Array {
  const header = encode({ version: 1, roots });
  return new Uint8Array([...varint(header.byteLength), ...header]);
}

/**
 * What stands before the bytes of each block. The CID is always a raw one, also for DAG-CBOR and dag-pb: a store keeps
 * blocks by multihash, and to take a raw block it need not read it.
 */
export function carFrame(digest: Digest, length: number): Uint8Array {
  return new Uint8Array([...varint(CID_BYTES + length), ...CID_PREFIX, ...digestToBytes(digest)]);
}
