import { CorruptError, MissingError } from '../errors.ts';
import type { Digest } from '../ids/digest.ts';

/** What every store says of a block that it does not hold. */
export function blockMissing(store: string, digest: Digest): MissingError {
  return new MissingError('CHUNK_MISSING', {
    should: `block ${digest} must be in store ${store}`,
    was: `store ${store} does not have it`,
    next: 'fetch from another store, or store the model again from its source',
  });
}

/** What every store says of a block that it can't deliver whole. @param was the finding, as a clause */
export function blockCorrupt(store: string, digest: Digest, was: string): CorruptError {
  return new CorruptError('CHUNK_CORRUPT', {
    should: `block ${digest} must be whole in store ${store}`,
    was,
    next: 'store the model again from its source to repair it, or fetch from another store',
  });
}

/** @param bytes that were sent under `digest` @param room bytes of the buffer that the caller gave */
export function blockTooLong(store: string, digest: Digest, bytes: number, room: number): CorruptError {
  return blockCorrupt(store, digest, `its ${bytes} bytes outgrow the ${room} bytes that it may have`);
}
