import type { ChunkSource } from '../interfaces.ts';
import { isAboutThisSource } from './attempts.ts';

/** Whether any of the sources holds each block. One that can't be asked counts as one that has none. */
export function anyHas(sources: readonly ChunkSource[]): ChunkSource['has'] {
  return async (digests, options = {}) => {
    const found = digests.map(() => false);
    for (const source of sources) {
      const open = [...found.keys()].filter((place) => !found[place]);
      if (open.length === 0) break;
      const held = await source
        .has(
          open.map((place) => digests[place]!),
          options,
        )
        .catch((error: unknown) => {
          options.signal?.throwIfAborted();
          if (!isAboutThisSource(error)) throw error;
          return [];
        });
      for (const [at, place] of open.entries()) found[place] = held[at] === true;
    }
    return found;
  };
}

/** For people. */
export function namesOf(sources: readonly ChunkSource[]): string {
  return sources.map(({ name }) => name).join(' or ');
}
