import { access, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findState, resetState } from '../../src/config/reset.ts';
import { withLock } from '../../src/fs/locks.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import { openDiskStore } from '../../src/stores/disk/store.ts';
import { randomBlocks } from '../../src/testing/samples/blocks.ts';
import { temporaryFolder } from './folder.ts';

it('deletes the private chain and the local store, and nothing else', async () => {
  const home = await temporaryFolder();
  const model = join(await temporaryFolder(), 'weights.bin');
  await writeFile(model, 'weights');
  await writeFile(join(home, 'notes.txt'), 'mine');
  await writeFile(join(home, 'config.json'), '{}');
  const storage = new ModelStorageManager({ home });
  await storage.storeModel(model, 'one');
  await storage.close();

  expect((await findState(home)).map(({ path }) => path)).toEqual([join(home, 'chain'), join(home, 'store')]);
  await resetState(home);
  for (const name of await readdir(join(home, 'chain'))) expect(name).toMatch(/lock$/);
  expect(await readdir(join(home, 'store'))).toEqual(['lock']);
  expect(await findState(home)).toEqual([]);
  for (const kept of ['config.json', 'key', 'journal.sqlite', 'notes.txt']) await access(join(home, kept));

  const again = new ModelStorageManager({ home });
  expect(await again.listModels()).toEqual([]);
  expect(await again.storeModel(model, 'one')).toMatchObject({ version: '1', newChunks: 1 });
  await again.close();
});

it('finds nothing in a folder without state', async () => {
  expect(await findState(await temporaryFolder())).toEqual([]);
});

it('refuses a folder that holds anything that is not ours', async () => {
  const home = await temporaryFolder();
  await mkdir(join(home, 'store'));
  await writeFile(join(home, 'store', 'thesis.pdf'), 'x');
  await expect(resetState(home)).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
  await access(join(home, 'store', 'thesis.pdf'));
});

it('empties what a link leads to, and keeps the link', async () => {
  const home = await temporaryFolder();
  const elsewhere = await temporaryFolder();
  await mkdir(join(elsewhere, 'packs'));
  await symlink(elsewhere, join(home, 'store'));
  await resetState(home);
  expect(await readdir(join(home, 'store'))).toEqual(['lock']);
});

it('C14: refuses while a publish runs, and deletes nothing', async () => {
  const home = await temporaryFolder();
  await mkdir(join(home, 'chain'));
  await writeFile(join(home, 'chain', 'journal'), 'x');
  const store = await openDiskStore(join(home, 'store'));
  const session = await store.open();
  await expect(resetState(home)).rejects.toMatchObject({ code: 'LOCKED' });
  await session.abort();
  const model = join(home, 'locks', 'model.lock');
  await withLock(model, () => expect(resetState(home)).rejects.toMatchObject({ code: 'LOCKED' }));
  await access(join(home, 'chain', 'journal'));
  await access(join(home, 'store', 'format'));
  await resetState(home);
  expect(await readdir(join(home, 'chain'))).toEqual(['lock']);
});

it('C14: is followed by a store that stays open: it finds what the next store holds, and nothing of the last', async () => {
  const home = await temporaryFolder();
  const folder = join(home, 'store');
  const living = await openDiskStore(folder);
  const [before, after] = randomBlocks(2, 1000);
  await living.replace(before!.digest, before!.bytes);
  await resetState(home);
  const next = await openDiskStore(folder);
  await next.replace(after!.digest, after!.bytes);
  const into = new Uint8Array(1000);
  expect(await living.read([after!.digest], [into])).toEqual([1000]);
  expect(into).toEqual(after!.bytes);
  expect(await living.has([before!.digest])).toEqual([false]);
  for (const store of [living, next]) await store.close();
});
