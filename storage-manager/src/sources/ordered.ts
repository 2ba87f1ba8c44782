import type { ChunkSource } from '../interfaces.ts';
import { exhausted, type Failure, isAboutThisSource } from './attempts.ts';
import { anyHas, namesOf } from './several.ts';
import { type ReadOne, readBlock, sideBySide } from './side-by-side.ts';

/**
 * Asks one source after the other: a wrong, missing or unreachable block leads to the next one.
 * @throws what `exhausted` makes of all failures
 */
export function ordered(sources: readonly ChunkSource[]): ChunkSource {
  const name = namesOf(sources);
  const readOne: ReadOne = async (digest, into, options) => {
    const failures: Failure[] = [];
    for (const source of sources) {
      try {
        return await readBlock(source, digest, into, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (!isAboutThisSource(error)) throw error;
        failures.push({ name: source.name, error });
      }
    }
    throw exhausted(digest, failures);
  };
  return { name, has: anyHas(sources), read: sideBySide(readOne) };
}
