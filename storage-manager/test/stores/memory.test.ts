import { expect, test } from 'vitest';
import { DigestList } from '../../src/ids/digest-list.ts';
import { MemoryStore } from '../../src/testing/memory/store.ts';
import { randomBlock } from '../../src/testing/samples/blocks.ts';
import { describeStore } from '../../src/testing/suites/store.ts';

describeStore('the memory store', async () => {
  const store = new MemoryStore();
  return {
    store,
    hidesUnsealed: true,
    reopen: async () => store,
    damage: async (digest) => {
      store.blocks.get(digest)![0]! ^= 1;
    },
    close: async () => {},
  };
});

test('protect keeps the manifest as a root', async () => {
  const store = new MemoryStore('shelf');
  const manifest = randomBlock(64);
  await store.replace(manifest.digest, manifest.bytes);
  await store.protect(manifest.digest, DigestList.of([manifest.digest]));
  expect([...store.roots]).toEqual([manifest.digest]);
  expect(store.name).toBe('shelf');
});

test('replace refuses bytes of another digest', async () => {
  const store = new MemoryStore();
  const { digest } = randomBlock(64);
  const replacing = store.replace(digest, randomBlock(64).bytes);
  await expect(replacing).rejects.toMatchObject({ code: 'CHUNK_CORRUPT' });
  expect(await store.has([digest])).toEqual([false]);
});
