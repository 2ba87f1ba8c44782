import type { Engine } from '../../engine/engine.ts';
import type { Slot } from '../../engine/slots.ts';
import { type BallastError, CorruptError, UnavailableError } from '../../errors.ts';
import type { Digest } from '../../ids/digest.ts';
import type { CallOptions, ChunkSource } from '../../interfaces.ts';
import { attemptsIn, isAboutThisSource } from '../../sources/attempts.ts';
import { readBlock } from '../../sources/side-by-side.ts';

export type BlockKind = 'chunk' | 'index' | 'manifest';

export interface Wanted {
  readonly digest: Digest;
  readonly kind: BlockKind;
  /** For people: `chunk 3 of m@1 (model.safetensors, bytes 0-1048575)`. */
  readonly what: string;
}

/** What blocks are read with. */
export interface Sources {
  readonly engine: Engine;
  /** Delivers proven blocks. */
  readonly route: ChunkSource;
}

const CORRUPT = { chunk: 'CHUNK_CORRUPT', index: 'INDEX_CORRUPT', manifest: 'MANIFEST_CORRUPT' } as const;

/**
 * Fills the slot with the block's own bytes, and says what the block is where the route can't.
 * @returns bytes of the slot that hold the block
 * @throws CorruptError where every source that answered with bytes sent wrong ones; UnavailableError `SOURCES_EXHAUSTED`
 *   where one could not be reached or none has it. All attempts are kept.
 */
export async function readVerified(
  { route }: Pick<Sources, 'route'>,
  wanted: Wanted,
  slot: Slot,
  options: CallOptions,
): Promise<number> {
  try {
    return await readBlock(route, wanted.digest, slot.bytes, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!isAboutThisSource(error)) throw error;
    throw named(wanted, route, error);
  }
}

/** The same into bytes of their own, which stay. @throws what `readVerified` throws */
export async function readBytes(sources: Sources, wanted: Wanted, options: CallOptions): Promise<Uint8Array> {
  const { slots } = sources.engine;
  const slot = await slots.acquire(options);
  try {
    const length = await readVerified(sources, wanted, slot, options);
    return Uint8Array.from(slot.bytes.subarray(0, length));
  } finally {
    slots.release(slot);
  }
}

function named({ digest, kind, what }: Wanted, { name }: ChunkSource, error: BallastError): BallastError {
  const attempts = attemptsIn(error);
  const { was } = error;
  if (error.kind === 'corrupt')
    return new CorruptError(CORRUPT[kind], {
      should: `${what} must have digest ${digest}`,
      was,
      next: 'store the model again from its source to repair it, or fetch from another store',
      attempts,
    });
  return new UnavailableError('SOURCES_EXHAUSTED', {
    should: `${what} with digest ${digest} must be in ${name}`,
    was,
    next: 'start or name another store that holds it, ask for it with `ipfs`, or store the model again if you have its source',
    attempts,
  });
}
