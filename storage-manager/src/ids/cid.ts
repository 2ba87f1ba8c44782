import { base32 } from 'multiformats/bases/base32';
import { CID } from 'multiformats/cid';
import { create } from 'multiformats/hashes/digest';
import { UsageError } from '../errors.ts';
import { type Digest, digestFromBytes, digestToBytes } from './digest.ts';

/** The IPLD codecs that Ballast writes (https://github.com/multiformats/multicodec). */
export const RAW = 0x55;
export const DAG_PB = 0x70;
export const DAG_CBOR = 0x71;

const SHA2_256 = 0x12;

/** CIDv1 of a SHA-256 digest: the same 32 bytes in other letters. */
export function cidOf(digest: Digest, codec: typeof RAW | typeof DAG_PB | typeof DAG_CBOR): CID {
  return CID.createV1(codec, create(SHA2_256, digestToBytes(digest)));
}

export function cidText(digest: Digest, codec: typeof RAW | typeof DAG_PB | typeof DAG_CBOR): string {
  return cidOf(digest, codec).toString(base32.encoder);
}

/** The digest inside a CID. @throws UsageError `CID_INVALID` unless it is a CIDv1 with a 32-byte SHA-256. */
export function digestOfCid(cid: CID): Digest {
  if (cid.version !== 1 || cid.multihash.code !== SHA2_256 || cid.multihash.digest.byteLength !== 32) {
    throw new UsageError('CID_INVALID', {
      should: 'a CID must be version 1 with a SHA-256 digest of 32 bytes',
      was: cid.toString(),
      next: 'use a CID that `ballast info` prints',
    });
  }
  return digestFromBytes(cid.multihash.digest);
}
