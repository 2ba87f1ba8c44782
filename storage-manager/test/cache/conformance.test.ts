import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MiB } from '../../src/limits.ts';
import { cached } from '../../src/sources/cached.ts';
import { DiskCache } from '../../src/stores/cache/cache.ts';
import { flipByte } from '../../src/testing/disk/flip-byte.ts';
import { MemoryStore } from '../../src/testing/memory/store.ts';
import { put } from '../../src/testing/samples/put.ts';
import { describeCache } from '../../src/testing/suites/cache.ts';
import { describeSource } from '../../src/testing/suites/source.ts';
import { fileOf } from './bench.ts';

const makeFolder = () => mkdtemp(join(tmpdir(), 'ballast-cache-'));

describeCache('the disk cache', async () => {
  const folder = await makeFolder();
  const openings: DiskCache[] = [];
  const reopen = async () => {
    const cache = new DiskCache({ folder, maxBytes: 64 * MiB });
    openings.push(cache);
    return cache;
  };
  return {
    cache: await reopen(),
    reopen,
    damage: (digest) => flipByte(fileOf(folder, digest), 0),
    close: async () => {
      for (const cache of openings) await cache.close();
      await rm(folder, { recursive: true });
    },
  };
});

describeSource('a source with a cache before it', async () => {
  const folder = await makeFolder();
  const cache = new DiskCache({ folder, maxBytes: 64 * MiB });
  const held = new MemoryStore();
  const onTrouble = (error: Error) => {
    throw error;
  };
  return {
    source: cached(cache, cache, held, { onTrouble }),
    hold: (blocks) => put(held, blocks),
    close: async () => {
      await cache.close();
      await rm(folder, { recursive: true });
    },
  };
});
