/** The private chain and the databases of this machine, whole and damaged. */
import { chmod, copyFile, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { placesIn } from '../../src/config/places.ts';
import { checkPrivateChain } from '../../src/doctor/private-chain.ts';
import { Journal } from '../../src/engine/journal.ts';
import { Tasks } from '../../src/engine/tasks.ts';
import { parseModelName } from '../../src/ids/reference.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import { readKey } from '../../src/registries/embedded/key.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { failures, find, newPatient } from './examine.ts';

/** A machine on which something was stored. */
async function used() {
  const patient = await newPatient();
  const storage = new ModelStorageManager({ home: patient.home });
  try {
    await storage.storeModel(await writeTree(join(patient.folder, 'model'), { 'w.bin': 'weights' }), 'm');
  } finally {
    await storage.close();
  }
  return { ...patient, places: placesIn(patient.home) };
}

/** Path, size and last change of all that lies below. */
async function everyFile(folder: string): Promise<string[]> {
  const paths = (await readdir(folder, { recursive: true })).sort();
  const stats = await Promise.all(paths.map((path) => stat(join(folder, path))));
  return stats.map(({ size, mtimeMs }, at) => `${paths[at]} ${size} ${mtimeMs}`);
}

it('replays the chain and counts what it holds, and changes no file', async () => {
  const { home, diagnose } = await used();
  const before = await everyFile(home);
  const found = await diagnose();
  expect(failures(found)).toEqual([]);
  expect(find(found, 'key').detail).toMatch(new RegExp(`^0x[0-9a-f]{40}, in ${home}/key`));
  expect(find(found, 'private chain').detail).toContain('transactions: 3');
  expect(find(found, 'anvil').detail).toMatch(/^replays the chain to block 3 in \d+ ms/);
  expect(find(found, 'unfinished')).toMatchObject({ status: 'ok' });
  expect(await everyFile(home)).toEqual(before);
});

it('a key that others can read', async () => {
  const { diagnose, places } = await used();
  await chmod(places.key, 0o644);
  const found = await diagnose();
  expect(failures(found)).toEqual(['key: KEY_UNSAFE']);
  expect(find(found, 'key').next).toBe(`run: chmod 600 ${places.key}`);
  expect(found.exit).toBe(7);
});

it('a key that is lost', async () => {
  const { diagnose, places } = await used();
  await rm(places.key);
  expect(failures(await diagnose())).toEqual(['private chain: STORE_CORRUPT']);
});

it('a journal of a foreign format, of another contract, and one whose blocks come out otherwise', async () => {
  const { diagnose, places } = await used();
  const journal = join(places.chain, 'journal');
  await copyFile(journal, `${places.chain}.copy`);
  const edit = async (from: string | RegExp, to: string) =>
    writeFile(journal, (await readFile(`${places.chain}.copy`, 'utf8')).replace(from, to));

  await edit('ballast-chain/1', 'ballast-chain/2');
  const foreign = await diagnose();
  expect(failures(foreign)).toEqual(['private chain: FORMAT_UNKNOWN']);
  expect(foreign.exit).toBe(8);
  expect(find(foreign, 'anvil').status).toBe('skip');

  await edit(/"codeHash":"0x.{4}/, '"codeHash":"0x0000');
  expect(failures(await diagnose())).toEqual(['private chain: CONTRACT_MISMATCH']);

  const lines = (await readFile(`${places.chain}.copy`, 'utf8')).split('\n');
  await edit(lines[2]!, lines[2]!.replace(/"block":"0x./, '"block":"0x-'));
  const rotten = await diagnose();
  expect(failures(rotten)).toEqual(['anvil: STORE_CORRUPT']);
  expect(rotten.exit).toBe(4);
});

it('a publish that was interrupted is named with how to finish it, unless its chain is gone', async () => {
  const { diagnose, places } = await used();
  const { block } = JSON.parse((await readFile(join(places.chain, 'journal'), 'utf8')).split('\n')[1]!);
  const journal = await Journal.open(places.journal);
  const account = await readKey(places.key);
  const row = { model: parseModelName(`${account?.address}/big`), label: null, channels: [] };
  await journal.begin({ ...row, registry: `embedded:${block}`, source: '/data/big' });
  await journal.begin({ ...row, registry: 'embedded:0x1', source: '/data/before-a-reset' });
  journal.close();
  expect(find(await diagnose(), 'unfinished')).toMatchObject({
    status: 'warn',
    detail: 'begun and not finished: local/big from /data/big',
    next: expect.stringContaining('ballast store'),
  });
});

it('a change that was interrupted is named with how to finish it, unless its chain is gone', async () => {
  const { diagnose, places } = await used();
  expect(find(await diagnose(), 'changes').detail).toBe('no change of the registry was interrupted');
  const { block } = JSON.parse((await readFile(join(places.chain, 'journal'), 'utf8')).split('\n')[1]!);
  const tasks = await Tasks.open(places.tasks);
  const finished = await tasks.begin([`embedded:${block}`, '0xa', 'status', 'x', 'yanked']);
  expect(find(await diagnose(), 'changes').detail).toBe('begun and not finished: status x yanked');
  await finished.finish();
  await tasks.begin(['embedded:0x1', '0xa', 'register', 'before-a-reset']);
  tasks.close();
  expect(find(await diagnose(), 'changes').status).toBe('ok');
});

it('a journal that is no database', async () => {
  const { diagnose, places } = await used();
  await writeFile(places.journal, 'no database at all, but long enough to be looked at'.repeat(100));
  expect(failures(await diagnose())).toEqual(['unfinished: STORE_CORRUPT']);
});

it('an abort is its one end, though several checks are under way', async () => {
  const { places } = await used();
  const stop = new AbortController();
  const looking = checkPrivateChain(places.chain, places.key, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(looking).rejects.toThrow('stopped');
});

it('a journal that another process holds fails nothing but the look at it', async () => {
  const { diagnose, places } = await used();
  const holder = new DatabaseSync(places.journal);
  onTestFinished(() => holder.close());
  holder.exec('BEGIN EXCLUSIVE');
  const found = await diagnose();
  expect(failures(found)).toEqual(['unfinished: LOCKED']);
  expect(find(found, 'seen')).toMatchObject({ status: 'ok' });
});
