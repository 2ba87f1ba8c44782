import { unitRoots } from '../../format/merkle.ts';
import type { Digest } from '../../ids/digest.ts';
import type { PublishRequest, RecordMode } from '../../interfaces.ts';
import { PAGE_CHUNKS, PAGES_A_TRANSACTION, SEGMENT_CHUNKS, SEGMENTS_A_TRANSACTION } from '../../limits.ts';

/** What the chunk digests of a release are cut into to be recorded on chain: segments, or pages. The last has the rest. */
export interface Unit {
  readonly chunks: number;
  readonly aTransaction: number;
  /** The function that records one. */
  readonly record: 'recordSegment' | 'recordPage';
  /** The view that tells where each of a release is recorded; zero: nowhere. */
  readonly places: 'segmentBlocks' | 'pageStores';
  /** Gas that a publish takes for the roots: once, and for each. */
  readonly gas: { readonly once: number; readonly root: number };
}

/** Mode → its unit; null where digests stay off the chain. Gas as measured with 1 to 32 roots. */
export const UNITS: Readonly<Record<RecordMode, Unit | null>> = {
  logged: {
    chunks: SEGMENT_CHUNKS,
    aTransaction: SEGMENTS_A_TRANSACTION,
    record: 'recordSegment',
    places: 'segmentBlocks',
    gas: { once: 1_000, root: 3_700 },
  },
  root: null,
  code: {
    chunks: PAGE_CHUNKS,
    aTransaction: PAGES_A_TRANSACTION,
    record: 'recordPage',
    places: 'pageStores',
    gas: { once: 24_000, root: 26_300 },
  },
};

/** The root of each unit of a release, in order; none where digests stay off the chain. */
export function rootsOf({ mode, digests }: PublishRequest): readonly Digest[] {
  const unit = UNITS[mode];
  return unit === null ? [] : unitRoots(digests, unit.chunks);
}

/** Digests of the unit at `place`. */
export function chunksAt(unit: Unit, { digests }: PublishRequest, place: number): number {
  return Math.min(unit.chunks, digests.count - place * unit.chunks);
}
