import { execFile } from 'node:child_process';
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { resetState } from '../../src/config/reset.ts';
import { openEmbeddedRegistry } from '../../src/registries/embedded/open.ts';

async function newHome() {
  const home = await mkdtemp(join(tmpdir(), 'ballast-home-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const options = { folder: join(home, 'chain'), keyFile: join(home, 'key') };
  /** Opens the chain, closes it, and gives its id. */
  const id = async () => {
    const registry = await openEmbeddedRegistry(options);
    await registry.close();
    return registry.id;
  };
  return { home, key: options.keyFile, journal: join(options.folder, 'journal'), id };
}

test.each(['key', 'journal'] as const)('C12: does not replace a lost %s', async (which) => {
  const home = await newHome();
  await home.id();
  await rm(home[which]);
  const left = await readdir(home.home, { recursive: true });
  for (let time = 0; time < 2; time += 1)
    await expect(home.id()).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      exit: 4,
      message: expect.stringContaining(home[which]),
      next: expect.stringMatching(/backup.*ballast reset/),
    });
  expect(await readdir(home.home, { recursive: true })).toEqual(left);
  await resetState(home.home);
  await home.id();
});

test('begins a new chain with the old key after a reset', async () => {
  const { home, key, id } = await newHome();
  await id();
  const before = await readFile(key, 'utf8');
  await resetState(home);
  expect(await id()).toBe(await id());
  expect(await readFile(key, 'utf8')).toBe(before);
});

test('C12: refuses a pipe as the key', async () => {
  const { key, id } = await newHome();
  await promisify(execFile)('mkfifo', ['-m', '600', key]);
  await expect(id()).rejects.toMatchObject({ code: 'CONFIG_INVALID', exit: 2 });
});

test('C12: refuses a pipe as the journal', async () => {
  const { journal, id } = await newHome();
  await id();
  await rm(journal);
  await promisify(execFile)('mkfifo', ['-m', '600', journal]);
  await expect(id()).rejects.toMatchObject({
    code: 'FILE_SYSTEM',
    exit: 8,
    message: expect.stringContaining(journal),
  });
});

test.each([200, 300, 20_000])(
  'C12: a journal damaged at byte %i is to be restored, not moved',
  async (at) => {
    const { journal, id } = await newHome();
    await id();
    const file = await open(journal, 'r+');
    await file.write('X', at);
    await file.close();
    await expect(id()).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining(journal),
      next: expect.stringMatching(/restore it from a copy/),
    });
  },
);
