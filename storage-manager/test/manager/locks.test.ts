/** `ballast lock`: what it writes, and what it refuses to write over. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModelStorageManager } from '../../src/manager.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';

let folder: string;
let storage: ModelStorageManager;
const opened: ModelStorageManager[] = [];
let models = 0;
let shared: Awaited<ReturnType<typeof newModel>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-locks-'));
  storage = new ModelStorageManager({ home: join(folder, 'home') });
  shared = await newModel();
});
afterAll(async () => {
  for (const one of [storage, ...opened]) await one.close();
  await rm(folder, { recursive: true, force: true });
});

/** A model of its own with two versions, `latest` on the first, and a lock file. */
async function newModel() {
  const name = `m${++models}`;
  const manifests: string[] = [];
  for (const version of ['1', '2']) {
    const tree = await writeTree(join(folder, name, version), { 'w.bin': `${name} ${version}` });
    manifests.push((await storage.storeModel(tree, `${name}@${version}`)).manifest);
  }
  await storage.releases.setChannel(name, 'latest', '1');
  return { name, manifests, ...lockIn(name) };
}

/** A manager with a lock file of its own. */
function lockIn(name: string) {
  const lock = join(folder, name, `${++models}.lock`);
  const locked = new ModelStorageManager({ home: join(folder, 'home'), lock });
  opened.push(locked);
  return { lock, locked, locks: locked.locks };
}

const references = (entries: readonly { reference: string; version: string }[]) =>
  entries.map(({ reference, version }) => `${reference} ${version}`);

test('locks versions, channels and digests to what the registry says, once each', async () => {
  const { name, lock, locks, manifests } = await newModel();
  const digest = (await storage.modelInfo(`${name}@2`)).chunkRoot;
  const added = await locks.add([name, `${name}@2`, name]);
  const local = `local/${name}`;
  expect(references(added)).toEqual([`${local}@latest 1`, `${local}@2 2`, `${local}@latest 1`]);
  expect(added[1]).toMatchObject({ manifest: manifests[1], chunkRoot: digest, channelSeq: null, chunks: 1 });
  expect(added[0]).toMatchObject({ manifest: manifests[0], channelSeq: 1, status: 'active' });
  const listed = await locks.list();
  expect(listed.map(({ version }) => version)).toEqual(['2', '1']);
  expect(listed[0]!.reference).toMatch(/^0x[0-9a-f]{40}\/m\d+@2$/);
  expect((await stat(lock)).mode & 0o777).toBe(0o644);
  const again = await locks.check();
  expect(again.map(({ problem, now }) => [problem, now])).toEqual([
    [null, { version: '2', status: 'active' }],
    [null, { version: '1', status: 'active' }],
  ]);
});

test('a channel that moved on stays locked, is told of, and follows when it is locked again', async () => {
  const { name, locked, locks } = await newModel();
  await locks.add([name]);
  await storage.releases.setChannel(name, 'latest', '2');
  expect((await locked.modelInfo(name)).version).toBe('1');
  expect(await locks.check()).toMatchObject([{ version: '1', problem: null, now: { version: '2' } }]);
  expect(references(await locks.add([name]))).toEqual([`local/${name}@latest 2`]);
  expect((await locked.modelInfo(name)).version).toBe('2');
});

test('what is revoked is a problem of the lock, and is not locked', async () => {
  const { name, lock, locks } = await newModel();
  await locks.add([`${name}@1`]);
  const before = await readFile(lock, 'utf8');
  await storage.releases.setStatus(`${name}@1`, 'yanked');
  expect(await locks.check()).toMatchObject([{ problem: null, now: { status: 'yanked' } }]);
  await storage.releases.setStatus(`${name}@1`, 'revoked');
  expect(await locks.check()).toMatchObject([{ problem: expect.stringContaining('revoked'), now: null }]);
  await expect(locks.add([`${name}@1`])).rejects.toMatchObject({ code: 'RELEASE_REVOKED' });
  expect(await readFile(lock, 'utf8')).toBe(before);
});

test.each([
  ['another chunk root', /("chunkRoot": ")0x../, '$10x00'],
  ['another manifest', /("manifest": "\w+)...."/, '$1aaaa"'],
  ['another first block', /("genesis": ")0x../, '$10x00'],
  ['another registry', /("registry": ")0x../, '$10x00'],
  ['a later move', /("channelSeq": )1/, '$19'],
])('%s in the file is a contradiction: not written over, until it is removed', async (_what, find, put) => {
  const { name, manifests } = shared;
  const { lock, locks } = lockIn(name);
  await locks.add([name]);
  const text = await readFile(lock, 'utf8');
  const changed = text.replace(find, put);
  expect(changed).not.toBe(text);
  await writeFile(lock, changed);
  expect(await locks.check()).toMatchObject([{ problem: expect.stringContaining('.lock') }]);
  await expect(locks.add([name])).rejects.toMatchObject({ code: 'LOCK_MISMATCH', exit: 6 });
  expect(await readFile(lock, 'utf8')).toBe(changed);
  expect(references(await locks.remove([name]))).toEqual([`local/${name}@latest 1`]);
  expect(await locks.list()).toEqual([]);
  expect((await locks.add([name]))[0]).toMatchObject({ manifest: manifests[0] });
});

test('of several references all are locked, or none', async () => {
  const { name, lock, locks } = await newModel();
  await expect(locks.add([name, `${name}@7`])).rejects.toMatchObject({ code: 'VERSION_MISSING' });
  await expect(stat(lock)).rejects.toThrow('ENOENT');
  await expect(locks.remove([name])).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  await expect(storage.locks.list()).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});
