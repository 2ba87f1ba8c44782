import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openEngine } from '../../src/engine/engine.ts';
import type { BallastError } from '../../src/errors.ts';
import { type Digest, digestOf } from '../../src/ids/digest.ts';
import type { Block } from '../../src/interfaces.ts';
import { MiB } from '../../src/limits.ts';
import { cached } from '../../src/sources/cached.ts';
import { verified } from '../../src/sources/verified.ts';
import { DiskCache } from '../../src/stores/cache/cache.ts';
import { Claims } from '../../src/stores/cache/claims.ts';
import { FOLDERS, placesIn } from '../../src/stores/cache/places.ts';
import { MemoryStore } from '../../src/testing/memory/store.ts';
import { put } from '../../src/testing/samples/put.ts';

/** A folder of its own. @param where the file system; default: that of temporary files */
export async function cacheFolder(where = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(where, 'ballast-cache-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'cache');
}

/** A source in memory, a cache on the disk before it, and a real engine that proves what comes. */
export async function openCached(folder: string, blocks: readonly Block[], maxBytes = 64 * MiB) {
  const engine = openEngine({ slots: 8, workers: 1 });
  const cache = new DiskCache({ folder, maxBytes });
  onTestFinished(async () => {
    await cache.close();
    await engine.close();
  });
  const origin = new MemoryStore('origin');
  await put(origin, blocks);
  /** Every block that the origin was asked for. */
  const asked: Digest[] = [];
  const source = {
    name: 'origin',
    has: origin.has.bind(origin),
    read: (digests: readonly Digest[], into: readonly Uint8Array[]) => {
      asked.push(...digests);
      return origin.read(digests, into);
    },
  };
  const troubles: BallastError[] = [];
  /** Bytes that something else is to write. */
  const needed = { bytes: 0 };
  const { pool, slots } = engine;
  const route = cached(verified(cache, pool), cache, verified(source, pool), {
    onTrouble: (error) => troubles.push(error),
    needed: () => needed.bytes,
  });

  /** Digest of what the route gives for this one. */
  async function read(digest: Digest): Promise<Digest> {
    const slot = await slots.acquire();
    try {
      const [length] = await route.read([digest], [slot.bytes]);
      return digestOf(slot.bytes.subarray(0, length));
    } finally {
      slots.release(slot);
    }
  }
  return { cache, route, read, asked, troubles, needed };
}

export function fileOf(folder: string, digest: Digest): string {
  return join(folder, 'blocks', digest.slice(0, 2), digest);
}

/** Bytes of blocks as the processes of the cache have counted them. */
export async function bytesCounted(folder: string): Promise<number> {
  const claims = await Claims.open(placesIn(folder).index);
  try {
    const counted = await claims.bytes(0, FOLDERS - 1);
    return [...counted.values()].reduce((sum, bytes) => sum + bytes, 0);
  } finally {
    claims.close();
  }
}

/** Sum of the blocks' sizes. */
export async function bytesUnder(folder: string): Promise<number> {
  const entries = await readdir(join(folder, 'blocks'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
