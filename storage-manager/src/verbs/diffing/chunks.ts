import type { ChunkList } from '../../format/chunk-list.ts';
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

export function compareChunks(left: ChunkList, right: ChunkList): ChunkDifference {
  const [inLeft, inRight] = [setOf(left), setOf(right)];
  const [shared, rightOnly] = split(right, inLeft);
  const [, leftOnly] = split(left, inRight);
  return { shared, leftOnly, rightOnly };
}

/** The chunks that the other release has, and those that it lacks. */
function split(chunks: ChunkList, other: DigestMap): [held: ChunkSum, lacking: ChunkSum] {
  const sums = { held: { count: 0, bytes: 0 }, lacking: { count: 0, bytes: 0 } };
  const seen = new DigestMap();
  for (let index = 0; index < chunks.count; index += 1) {
    const digest = chunks.digestAt(index);
    if (seen.has(digest)) continue;
    seen.set(digest, index);
    const sum = other.has(digest) ? sums.held : sums.lacking;
    sum.count += 1;
    sum.bytes += chunks.sizeAt(index);
  }
  return [sums.held, sums.lacking];
}

function setOf({ digests }: ChunkList): DigestMap {
  const set = new DigestMap();
  let index = 0;
  for (const digest of digests) set.set(digest, index++);
  return set;
}
