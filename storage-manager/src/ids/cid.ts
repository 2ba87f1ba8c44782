import { base16, base16upper } from 'multiformats/bases/base16';
import { base32, base32upper } from 'multiformats/bases/base32';
import { base36 } from 'multiformats/bases/base36';
import { base58btc } from 'multiformats/bases/base58';
import { CID } from 'multiformats/cid';
import { create } from 'multiformats/hashes/digest';
import { UsageError } from '../errors.ts';
import { type Digest, digestFromBytes, digestToBytes } from './digest.ts';

/** The IPLD codecs that Ballast reads and writes (https://github.com/multiformats/multicodec). */
export const RAW = 0x55;
export const DAG_PB = 0x70;
export const DAG_CBOR = 0x71;

/** What kind of block a CID says it names. */
export type Codec = typeof RAW | typeof DAG_PB | typeof DAG_CBOR;

const CODECS: readonly number[] = [RAW, DAG_PB, DAG_CBOR];
export const SHA2_256 = 0x12;

/** A block, and how to read it. */
export interface NamedBlock {
  readonly codec: Codec;
  readonly digest: Digest;
}

/** CIDv1 of a SHA-256 digest: the same 32 bytes in other letters. */
export function cidOf(digest: Digest, codec: Codec): CID {
  return CID.createV1(codec, create(SHA2_256, digestToBytes(digest)));
}

export function cidText(digest: Digest, codec: Codec): string {
  return cidOf(digest, codec).toString(base32.encoder);
}

/** The digest inside a CID. @throws UsageError `CID_INVALID` unless it is a CIDv1 with a 32-byte SHA-256. */
export function digestOfCid(cid: CID): Digest {
  if (cid.version !== 1 || !isSha256(cid)) {
    throw new UsageError('CID_INVALID', {
      should: 'a CID must be version 1 with a SHA-256 digest of 32 bytes',
      was: cid.toString(),
      next: 'use a CID that `ballast info` prints',
    });
  }
  return digestFromBytes(cid.multihash.digest);
}

/** The block that a CID of either version names; null for a codec or a hash that Ballast does not read. */
export function blockOfCid(cid: CID): NamedBlock | null {
  if (!CODECS.includes(cid.code) || !isSha256(cid)) return null;
  return { codec: cid.code as Codec, digest: digestFromBytes(cid.multihash.digest) };
}

/** The spellings in use (https://github.com/multiformats/multibase). */
const BASES = base32.decoder
  .or(base32upper.decoder)
  .or(base58btc.decoder)
  .or(base36.decoder)
  .or(base16.decoder)
  .or(base16upper.decoder);

/** @param text `bafy…`, `Qm…`, `/ipfs/bafy…` or `ipfs://bafy…` @throws UsageError `CID_INVALID` */
export function parseCid(text: string): NamedBlock {
  if (/^\/?ipns[/:]/.test(text))
    throw invalid(text, TAKEN, 'an IPNS name may come to mean another', '`ipfs resolve` prints its CID');
  if (/^(https?|dweb):/.test(text))
    throw invalid(text, TAKEN, 'it is an address', 'take the CID out of it, which begins bafy, bafk or Qm');
  const bare = text.replace(/^(\/ipfs\/|ipfs:\/\/)/, '').replace(/\/$/, '');
  if (bare.includes('/'))
    throw invalid(
      text,
      'stand alone',
      'a path follows it',
      'name the CID alone; --include chooses files below it',
    );
  const cid = parseText(bare);
  if (cid === null)
    throw invalid(
      text,
      'be written as IPFS writes it',
      'it is not',
      'copy it whole: it begins bafy, bafk or Qm',
    );
  const block = blockOfCid(cid);
  if (block !== null) return block;
  const was = `it has codec 0x${cid.code.toString(16)} and hash 0x${cid.multihash.code.toString(16)}`;
  throw invalid(
    text,
    'be of raw, dag-pb or dag-cbor with SHA-256',
    was,
    'add the model to IPFS with its defaults',
  );
}

const TAKEN = 'be the CID alone, /ipfs/CID or ipfs://CID';

function parseText(text: string): CID | null {
  try {
    return CID.parse(text, BASES);
  } catch {
    return null;
  }
}

function isSha256({ multihash }: CID): boolean {
  return multihash.code === SHA2_256 && multihash.digest.byteLength === 32;
}

function invalid(text: string, should: string, was: string, next: string): UsageError {
  return new UsageError('CID_INVALID', {
    should: `CID ${JSON.stringify(text.slice(0, 120))} must ${should}`,
    was,
    next,
  });
}
