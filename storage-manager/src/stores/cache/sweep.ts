import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { lookAt, namesIn } from '../../fs/look.ts';
import { removeTree } from '../../fs/remove.ts';

/** Files that are looked at together. */
const BATCH = 128;

interface Found {
  readonly path: string;
  readonly bytes: number;
  /** Since 1970. */
  readonly usedMs: number;
}

/** Whatever lies in a folder of blocks, also what does not belong there; nothing that lies behind a link, which is somebody else's. */
async function foundIn(folder: string): Promise<Found[]> {
  for (const each of [dirname(folder), folder]) if (!(await lookAt(each))?.isDirectory()) return [];
  const names = await namesIn(folder);
  const found: Found[] = [];
  for (let first = 0; first < names.length; first += BATCH) {
    const looks = names.slice(first, first + BATCH).map(async (name) => {
      const path = join(folder, name);
      const there = await lstat(path).catch(() => null);
      return there && { path, bytes: there.size, usedMs: there.mtimeMs };
    });
    for (const each of await Promise.all(looks)) if (each !== null) found.push(each);
  }
  return found;
}

export async function bytesIn(folder: string): Promise<number> {
  return (await foundIn(folder)).reduce((sum, { bytes }) => sum + bytes, 0);
}

/**
 * Removes from these folders what was used longest ago, until the rest fits. The index is made for the occasion, of these
 * folders alone: other processes change them too, and an index of a million blocks takes 400 MB and 5 s [measured].
 * @returns bytes that stay in each
 */
export async function sweep(folders: readonly string[], maxBytes: number): Promise<readonly number[]> {
  const found = await Promise.all(
    folders.map(async (path, place) => (await foundIn(path)).map((each) => ({ ...each, place }))),
  );
  const stay = folders.map(() => 0);
  const evicted: string[] = [];
  const index = new LRUCache<string, { readonly place: number; readonly bytes: number }>({
    // Whole, and no zero, which would mean no bound.
    maxSize: Math.max(1, Math.floor(maxBytes)),
    sizeCalculation: ({ bytes }) => Math.max(1, bytes),
    dispose: ({ place, bytes }, path) => {
      evicted.push(path);
      stay[place]! -= bytes;
    },
  });
  for (const { path, bytes, place } of found.flat().sort((a, b) => a.usedMs - b.usedMs)) {
    if (bytes > maxBytes) {
      // No block; the index takes nothing that alone is too large.
      evicted.push(path);
      continue;
    }
    stay[place]! += bytes;
    index.set(path, { place, bytes });
  }
  for (const path of evicted) await removeTree(path);
  return stay;
}
