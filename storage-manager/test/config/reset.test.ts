import { access, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findState, resetState } from '../../src/config/reset.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import { temporaryFolder } from './folder.ts';

it('deletes the private chain and the local store, and nothing else', async () => {
  const home = await temporaryFolder();
  const model = join(home, 'weights.bin');
  await writeFile(model, 'weights');
  await writeFile(join(home, 'config.json'), '{}');
  const storage = new ModelStorageManager({ home });
  await storage.storeModel(model, 'one');
  await storage.close();

  expect((await findState(home)).map(({ path }) => path)).toEqual([join(home, 'chain'), join(home, 'store')]);
  await resetState(home);
  expect(await readdir(join(home, 'chain'))).toEqual([]);
  expect(await readdir(join(home, 'store'))).toEqual([]);
  for (const kept of ['config.json', 'key', 'journal.sqlite', 'weights.bin']) await access(join(home, kept));

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
  expect(await readdir(join(home, 'store'))).toEqual([]);
});
