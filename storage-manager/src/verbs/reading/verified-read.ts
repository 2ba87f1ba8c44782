import type { Engine } from '../../engine/engine.ts';
import type { Slot } from '../../engine/slots.ts';
import { BallastError, CorruptError, UnavailableError } from '../../errors.ts';
import type { Digest } from '../../ids/digest.ts';
import type { CallOptions, ChunkSource } from '../../interfaces.ts';

export type BlockKind = 'chunk' | 'index' | 'manifest';

export interface Wanted {
  readonly digest: Digest;
  readonly kind: BlockKind;
  /** For people: `chunk 3 of m@1 (model.safetensors, bytes 0-1048575)`. */
  readonly what: string;
}

/** Who is asked for a block, in this order, and what proves it. */
export interface Sources {
  readonly engine: Engine;
  readonly stores: readonly ChunkSource[];
}

export interface VerifiedRead {
  readonly source: ChunkSource;
  /** Bytes of the slot that hold the block. */
  readonly length: number;
}

const CORRUPT = { chunk: 'CHUNK_CORRUPT', index: 'INDEX_CORRUPT', manifest: 'MANIFEST_CORRUPT' } as const;

/**
 * Fills the slot with the block's own bytes, whoever carried them: the sources are asked in order, what they send is
 * hashed in the slot, and a wrong, missing or unreachable block leads to the next source.
 * @throws CorruptError where every source that answered sent other bytes; UnavailableError `SOURCES_EXHAUSTED` where
 *   one could not be reached or none has it. All attempts are kept.
 */
export async function readVerified(
  { engine, stores }: Sources,
  wanted: Wanted,
  slot: Slot,
  options: CallOptions,
): Promise<VerifiedRead> {
  const attempts: BallastError[] = [];
  for (const source of stores) {
    try {
      return { source, length: await readChecked(engine, source, wanted, slot, options) };
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!isAboutThisSource(error)) throw error;
      attempts.push(error);
    }
  }
  throw exhausted(wanted, stores, attempts);
}

/** The same into bytes of their own, which stay. @throws what `readVerified` throws */
export async function readBytes(sources: Sources, wanted: Wanted, options: CallOptions): Promise<Uint8Array> {
  const { slots } = sources.engine;
  const slot = await slots.acquire(options);
  try {
    const { length } = await readVerified(sources, wanted, slot, options);
    return Uint8Array.from(slot.bytes.subarray(0, length));
  } finally {
    slots.release(slot);
  }
}

/** One read from one source into the slot, hashed. @returns the block's length */
export async function readChecked(
  engine: Engine,
  source: ChunkSource,
  { digest, kind, what }: Wanted,
  slot: Slot,
  options: CallOptions,
): Promise<number> {
  const [length = 0] = await source.read([digest], [slot.bytes], options);
  const actual = await engine.pool.hash(slot, length);
  if (actual === digest) return length;
  throw new CorruptError(CORRUPT[kind], {
    should: `${what} must have digest ${digest}`,
    was: `store ${source.name} sent ${length} bytes with digest ${actual}`,
    next: REPAIR,
  });
}

const REPAIR = 'store the model again from its source to repair it, or fetch from another store';

/** Errors that say something of one source only; anything else (a stopped job, a broken disk of ours) ends the read. */
export function isAboutThisSource(error: unknown): error is BallastError {
  return error instanceof BallastError && ['missing', 'corrupt', 'unavailable'].includes(error.kind);
}

function exhausted(
  wanted: Wanted,
  sources: readonly ChunkSource[],
  attempts: readonly BallastError[],
): BallastError {
  const unreachable = attempts.some((error) => error.kind === 'unavailable');
  const was = attempts.map((error) => error.was).join('; ') || 'no store is configured';
  if (!unreachable && attempts.some((error) => error.kind === 'corrupt')) {
    const should = `${wanted.what} must have digest ${wanted.digest}`;
    return new CorruptError(CORRUPT[wanted.kind], { should, was, next: REPAIR, attempts });
  }
  return new UnavailableError('SOURCES_EXHAUSTED', {
    should: `${wanted.what} with digest ${wanted.digest} must be in ${sources.map(({ name }) => name).join(' or ')}`,
    was,
    next: 'start or name another store that holds it, ask for it with `ipfs`, or store the model again if you have its source',
    attempts,
  });
}
