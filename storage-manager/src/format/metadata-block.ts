import { decode, encode } from '@ipld/dag-cbor';
import { CorruptError, PolicyError } from '../errors.ts';
import { type Digest, digestOf } from '../ids/digest.ts';
import type { Block } from '../interfaces.ts';
import { MAX_MANIFEST_BYTES } from '../limits.ts';
import { StrictValue } from './strict-value.ts';

/** Manifest and linked file blocks, or index blocks. */
export type MetadataKind = 'manifest' | 'index';

/** The block of a value in DAG-CBOR. */
export function metadataBlock(value: unknown): Block {
  const bytes = encode(value);
  return { digest: digestOf(bytes), bytes };
}

/**
 * The bytes of a block that somebody carried here, once their number and then their hash are what they must be.
 * @throws PolicyError `LIMIT_EXCEEDED`; CorruptError `MANIFEST_CORRUPT`, `INDEX_CORRUPT`, naming the block
 */
export function provenBytes(digest: Digest, bytes: Uint8Array, kind: MetadataKind): Uint8Array {
  if (bytes.byteLength > MAX_MANIFEST_BYTES) {
    throw new PolicyError('LIMIT_EXCEEDED', {
      should: `${kind} block ${digest} must be at most ${MAX_MANIFEST_BYTES} bytes`,
      was: `it has ${bytes.byteLength}`,
      next: 'do not use the release; tell its publisher',
    });
  }
  const hash = digestOf(bytes);
  if (hash === digest) return bytes;
  throw new CorruptError(kind === 'manifest' ? 'MANIFEST_CORRUPT' : 'INDEX_CORRUPT', {
    should: `${kind} block ${digest} must hash to its digest`,
    was: `its ${bytes.byteLength} bytes hash to ${hash}`,
    next: 'read it from another store, and store the model again to repair this one',
  });
}

/**
 * Opens a block of the manifest: first its size, then its hash, and only then its contents.
 * @throws PolicyError `LIMIT_EXCEEDED`; CorruptError `MANIFEST_CORRUPT`, naming the block
 */
export function openManifestBlock(digest: Digest, bytes: Uint8Array): StrictValue {
  const proven = provenBytes(digest, bytes, 'manifest');
  try {
    return new StrictValue(decode(proven), `manifest block ${digest}`);
  } catch (cause) {
    throw new CorruptError('MANIFEST_CORRUPT', {
      should: `manifest block ${digest} must be DAG-CBOR`,
      was: 'it could not be decoded',
      next: 'do not use the release; tell its publisher',
      cause,
    });
  }
}

/**
 * What was read and written again must be the same block: this refuses every other spelling of the same values.
 * @throws CorruptError `MANIFEST_CORRUPT`
 */
export function checkCanonical(read: Digest, written: Digest): void {
  if (read === written) return;
  throw new CorruptError('MANIFEST_CORRUPT', {
    should: `manifest block ${read} must be in the one canonical form, no text after a byte order mark`,
    was: `its values make the block ${written}`,
    next: 'do not use the release; tell its publisher',
  });
}
