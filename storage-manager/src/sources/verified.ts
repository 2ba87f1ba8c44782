import type { Pool } from '../engine/pool.ts';
import { CorruptError } from '../errors.ts';
import type { ChunkSource } from '../interfaces.ts';

/**
 * Hashes what the source sends before anyone sees it.
 * @param pool in whose slots every buffer lies
 * @throws CorruptError `CHUNK_CORRUPT`, with the source's name, where a block has another digest; what the source throws
 */
export function verified(source: ChunkSource, pool: Pool): ChunkSource {
  const { name } = source;
  return {
    name,
    has: (digests, options) => source.has(digests, options),
    async read(digests, into, options) {
      const lengths = await source.read(digests, into, options);
      const actual = await Promise.all(
        lengths.map((length, place) => pool.hash(into[place]!.subarray(0, length))),
      );
      const wrong = digests.findIndex((digest, place) => digest !== actual[place]);
      if (wrong < 0) return lengths;
      throw new CorruptError('CHUNK_CORRUPT', {
        should: `block ${digests[wrong]} of ${name} must hash to its digest`,
        was: `${name} sent ${lengths[wrong]} bytes with digest ${actual[wrong]}`,
        next: 'store the model again from its source to repair it, or fetch from another source',
      });
    },
  };
}
