import type { ChunkSource } from '../interfaces.ts';
import { MAX_CHUNK_BYTES } from '../limits.ts';
import { attemptsIn, isAboutThisSource } from './attempts.ts';
import { Bucket } from './bucket.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { type ReadOne, readBlock, sideBySide } from './side-by-side.ts';

export interface Limits {
  /** Default: no limit. */
  readonly bytesPerSecond?: number | undefined;
  /** Default: no limit. */
  readonly requestsPerSecond?: number | undefined;
  readonly clock?: Clock | undefined;
}

export interface LimitedSource extends ChunkSource {
  /** So many bytes have travelled beside those that it delivered. */
  spend(bytes: number): void;
}

/**
 * Reads no more than it may, on average over a few blocks. Nobody knows before how long a block is: it takes what the last
 * ones took, and settles the difference. Wrong bytes travelled too, and count as a block. Not counted is what came of a read
 * that failed otherwise.
 */
export function limited(
  source: ChunkSource,
  { bytesPerSecond, requestsPerSecond, clock = SYSTEM_CLOCK }: Limits,
): LimitedSource {
  const bucket = (perSecond: number | undefined) =>
    perSecond === undefined ? null : new Bucket(perSecond, clock);
  const bytes = bucket(bytesPerSecond);
  const requests = bucket(requestsPerSecond);
  let expected = MAX_CHUNK_BYTES;
  const readOne: ReadOne = async (digest, into, options) => {
    await requests?.take(1, options.signal);
    const taken = expected;
    await bytes?.take(taken, options.signal);
    let used = 0;
    try {
      const length = await readBlock(source, digest, into, options);
      used = length;
      expected = (expected + length) / 2;
      return length;
    } catch (error) {
      if (isAboutThisSource(error) && attemptsIn(error).some(({ kind }) => kind === 'corrupt')) used = taken;
      throw error;
    } finally {
      bytes?.giveBack(taken - used);
    }
  };
  return {
    name: source.name,
    has: (digests, options) => source.has(digests, options),
    read: sideBySide(readOne),
    spend: (spent) => bytes?.giveBack(-spent),
  };
}
