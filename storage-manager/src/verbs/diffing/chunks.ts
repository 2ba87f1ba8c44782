import type { ChunkList } from '../../format/chunk-list.ts';
import type { Digest } from '../../ids/digest.ts';
import { DigestMap } from '../../ids/digest-map.ts';

/** Different chunks, each counted once however often it occurs, and their bytes. */
export interface ChunkSum {
  readonly count: number;
  readonly bytes: number;
}

export interface ChunkDifference {
  /** What a store that holds the left release has of the right one. */
  readonly shared: ChunkSum;
  readonly leftOnly: ChunkSum;
  /** What it lacks: all that has to travel. */
  readonly rightOnly: ChunkSum;
}

/** Which releases have a chunk. */
const LEFT = 1;
const RIGHT = 2;
const BOTH = 3;

/** Holds one table of all chunks: about 100 bytes each. */
export function compareChunks(left: ChunkList, right: ChunkList): ChunkDifference {
  const seen = new DigestMap();
  const leftOnly = { count: 0, bytes: 0 };
  const rightOnly = { count: 0, bytes: 0 };
  const shared = { count: 0, bytes: 0 };
  for (const [digest, size] of entries(left)) {
    if (seen.has(digest)) continue;
    seen.set(digest, LEFT);
    count(leftOnly, 1, size);
  }
  for (const [digest, size] of entries(right)) {
    const before = seen.get(digest);
    if (before === undefined) {
      seen.set(digest, RIGHT);
      count(rightOnly, 1, size);
    } else if (before === LEFT) {
      seen.set(digest, BOTH);
      count(leftOnly, -1, size);
      count(shared, 1, size);
    }
  }
  return { shared, leftOnly, rightOnly };
}

function count(sum: { count: number; bytes: number }, chunks: 1 | -1, size: number): void {
  sum.count += chunks;
  sum.bytes += chunks * size;
}

function* entries(chunks: ChunkList): Iterable<[digest: Digest, size: number]> {
  for (let index = 0; index < chunks.count; index += 1) yield [chunks.digestAt(index), chunks.sizeAt(index)];
}
