import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDiskStore } from '../../src/stores/disk/store.ts';
import { describeStore } from '../../src/testing/suites/store.ts';
import { flipBlock } from './disk-damage.ts';

describeStore('the disk store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-disk-'));
  const openings = [await openDiskStore(folder)];
  return {
    store: openings[0]!,
    hidesUnsealed: true,
    reopen: async () => {
      const store = await openDiskStore(folder);
      openings.push(store);
      return store;
    },
    damage: (digest) => flipBlock(folder, digest),
    close: async () => {
      for (const store of openings) await store.close();
      await rm(folder, { recursive: true });
    },
  };
});
