import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MiB } from '../../src/limits.ts';
import { DiskCache } from '../../src/stores/cache/cache.ts';
import { flipByte } from '../../src/testing/disk/flip-byte.ts';
import { describeCache } from '../../src/testing/suites/cache.ts';
import { fileOf } from './bench.ts';

describeCache('the disk cache', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-cache-'));
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
