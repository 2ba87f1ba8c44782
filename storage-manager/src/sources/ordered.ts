import type { BallastError } from '../errors.ts';
import type { ChunkSource } from '../interfaces.ts';
import { exhausted, isAboutThisSource } from './attempts.ts';
import { anyHas, namesOf, type ReadOne, readBlock, sideBySide } from './side-by-side.ts';

/**
 * Asks one source after the other: a wrong, missing or unreachable block leads to the next one.
 * @throws what `exhausted` makes of all failures
 */
export function ordered(sources: readonly ChunkSource[]): ChunkSource {
  const name = namesOf(sources);
  const readOne: ReadOne = async (digest, into, options) => {
    const failures: BallastError[] = [];
    for (const source of sources) {
      try {
        return await readBlock(source, digest, into, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (!isAboutThisSource(error)) throw error;
        failures.push(error);
      }
    }
    throw exhausted(digest, name, failures);
  };
  return { name, has: anyHas(sources), read: sideBySide(readOne) };
}
