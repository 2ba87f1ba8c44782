import { UsageError } from '../errors.ts';
import { bytesToHex, hexToBytes, sha256Hex } from './hash.ts';

declare const digestBrand: unique symbol;

/** SHA-256 of a block exactly as stored: 64 lower-case hex digits, made only by this module. */
export type Digest = string & { readonly [digestBrand]: true };

const DIGEST = /^[0-9a-f]{64}$/;

/** @throws UsageError `DIGEST_INVALID` unless `text` is 64 lower-case hex digits. */
export function parseDigest(text: string): Digest {
  if (!DIGEST.test(text)) {
    throw new UsageError('DIGEST_INVALID', {
      should: 'a digest must be 64 lower-case hex digits',
      was: `it is ${JSON.stringify(text.slice(0, 80))}`,
      next: 'copy it from what `ballast info` shows',
    });
  }
  return text as Digest;
}

/** The digest of `bytes`. */
export function digestOf(bytes: Uint8Array): Digest {
  return sha256Hex(bytes) as Digest;
}

/** @param bytes exactly 32 bytes, for instance read from an index. */
export function digestFromBytes(bytes: Uint8Array): Digest {
  return parseDigest(bytesToHex(bytes));
}

export function digestToBytes(digest: Digest): Uint8Array {
  return hexToBytes(digest);
}

/** `0x` and 64 hex digits, as Ethereum writes 32 bytes. */
export function digestToHex(digest: Digest): `0x${string}` {
  return `0x${digest}`;
}
