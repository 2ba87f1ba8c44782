import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import type { Digest } from '../../src/ids/digest.ts';
import { isPartialName, partialName } from '../../src/ids/own-names.ts';
import { parseVersion } from '../../src/ids/reference.ts';
import { MemoryStore } from '../../src/testing/memory/store.ts';
import { treeDigests, writeTree } from '../../src/testing/samples/trees.ts';
import { list } from '../../src/verbs/inspect.ts';
import { makerOf } from '../../src/verbs/job/exclusive.ts';
import { publish } from '../../src/verbs/publish.ts';
import { fetch, job, openWorkbench, reference, through } from './workbench.ts';

const TREE = {
  'config.json': '{"hidden_size": 8}',
  'empty.txt': '',
  'one.bin': 'x',
  'weights/äöü 模型.bin': randomBytes(5_000_000),
  'weights/zeros.bin': Buffer.alloc(3_000_000),
};

test('a tree comes back byte for byte, empty, one-byte and unicode files too', async () => {
  const bench = await openWorkbench();
  const source = await writeTree(join(bench.folder, 'source'), TREE);
  const published = await publish(bench, job(source));
  expect(published).toMatchObject({
    model: 'acme/tiny',
    version: '1',
    files: 5,
    bytes: 8_000_019,
    healed: 0,
  });
  const destination = join(bench.folder, 'out');
  const fetched = await fetch(bench, { reference: reference(), destination, checkFileDigests: true });
  expect(fetched).toMatchObject({
    version: '1',
    files: 5,
    bytes: 8_000_019,
    fetchedBytes: 8_000_019,
    reusedBytes: 0,
  });
  expect(await treeDigests(destination)).toEqual(await treeDigests(source));
});

test('without a version the next number is taken, unless the content is published already', async () => {
  const bench = await openWorkbench();
  const source = await writeTree(join(bench.folder, 'source'), TREE);
  const first = await publish(bench, job(source));
  const again = await publish(bench, job(source));
  expect(again).toMatchObject({ version: '1', manifest: first.manifest, newChunks: 0, transactions: 0 });
  await writeFile(join(source, 'one.bin'), 'y');
  const second = await publish(bench, job(source));
  expect(second).toMatchObject({ version: '2', newChunks: 1, newBytes: 1 });
  const rows = await Array.fromAsync(list(bench, { all: true }));
  expect(rows.map(({ release }) => release.version)).toEqual(['1', '2']);
});

test('a named version with other content is refused, and moves no channel', async () => {
  const bench = await openWorkbench();
  const source = await writeTree(join(bench.folder, 'source'), { a: 'a' });
  const version = parseVersion('1.0.0');
  await publish(bench, job(source, { version, channels: [] }));
  await writeFile(join(source, 'a'), 'b');
  await expect(publish(bench, job(source, { version, channels: [] }))).rejects.toMatchObject({
    code: 'VERSION_EXISTS',
    exit: 9,
  });
  expect(await bench.journal.unfinished()).toEqual([]);
  await expect(
    fetch(bench, { reference: reference(), destination: join(bench.folder, 'out') }),
  ).rejects.toMatchObject({
    code: 'VERSION_MISSING',
  });
});

test('a dry run writes and registers nothing', async () => {
  const bench = await openWorkbench();
  const source = await writeTree(join(bench.folder, 'source'), TREE);
  const result = await publish(bench, job(source, { dryRun: true }));
  expect(result).toMatchObject({ published: false, version: '1', transactions: 0 });
  expect(result.quote?.transactions).toBeGreaterThan(0);
  expect(bench.memory.blocks.size).toBe(0);
  expect(await bench.registry.model(result.model)).toBeNull();
});

test('one wrong chunk is healed by storing the same path again', async () => {
  const bench = await openWorkbench();
  const source = await writeTree(join(bench.folder, 'source'), TREE);
  await publish(bench, job(source));
  for (const digest of [...bench.memory.blocks.keys()]) flip(bench.memory, digest);
  const count = bench.memory.blocks.size;
  const healed = await publish(bench, job(source));
  expect(healed).toMatchObject({ version: '1', healed: count, transactions: 0 });
  await fetch(bench, { reference: reference(), destination: join(bench.folder, 'out') });
});

test('a wrong chunk is refused by name and nothing appears; a second store makes it succeed', async () => {
  const [bad, good] = [new MemoryStore('bad'), new MemoryStore('good')];
  const bench = await openWorkbench([bad, good]);
  const source = await writeTree(join(bench.folder, 'source'), { 'm.bin': randomBytes(3 << 20) });
  await publish(bench, job(source, { chunker: 'fixed-1m' }));
  const chunk = [...bad.blocks].find(([, bytes]) => bytes.byteLength === 1 << 20)![0];
  flip(bad, chunk);
  const destination = join(bench.folder, 'out');
  const alone = { ...bench, ...through(bench.engine, [bad]) };
  const refusal = fetch(alone, { reference: reference(), destination });
  await expect(refusal).rejects.toMatchObject({ code: 'CHUNK_CORRUPT', exit: 4 });
  await expect(refusal).rejects.toThrow(/chunk \d of acme\/tiny@1 \(m\.bin, bytes \d+-\d+\)/);
  await expect(access(destination)).rejects.toThrow();
  const fetched = await fetch(bench, { reference: reference(), destination });
  expect(fetched.sources.find(({ name }) => name === 'good')?.bytes).toBe(1 << 20);
  expect(fetched.reusedBytes).toBeGreaterThanOrEqual(0);
  expect(await treeDigests(destination)).toEqual(await treeDigests(source));
});

test('an interrupted fetch goes on where it was, and throws away what is not of the release', async () => {
  const bench = await openWorkbench();
  const source = await writeTree(join(bench.folder, 'source'), { 'm.bin': randomBytes(6 << 20) });
  await publish(bench, job(source, { chunker: 'fixed-1m' }));
  const destination = join(bench.folder, 'out');
  const stop = new AbortController();
  const options = {
    signal: stop.signal,
    onEvent: (event: { type: string; step?: string; bytes?: number }) => {
      if (event.step === 'fetch' && (event.bytes ?? 0) >= 3 << 20) stop.abort(new Error('stopped'));
    },
  };
  await expect(fetch(bench, { reference: reference(), destination }, options)).rejects.toThrow('stopped');
  const partial = join(bench.folder, partialName('out', await makerOf(bench)));
  await writeTree(partial, { 'stale/other.bin': 'left by another release' });
  const fetched = await fetch(bench, { reference: reference(), destination });
  expect(fetched.reusedBytes).toBeGreaterThanOrEqual(3 << 20);
  expect(await treeDigests(destination)).toEqual(await treeDigests(source));
  expect((await readdir(bench.folder)).filter(isPartialName)).toEqual([]);
});

test('a destination with other content is refused; the release itself is recognised; --force replaces its files alone', async () => {
  const bench = await openWorkbench();
  const source = await writeTree(join(bench.folder, 'source'), {
    'm.bin': randomBytes(2 << 20),
    'n/c.json': '{}',
  });
  await publish(bench, job(source, { chunker: 'fixed-1m' }));
  const destination = join(bench.folder, 'out');
  await mkdir(destination);
  const wanted = { reference: reference(), destination };
  await fetch(bench, wanted);
  expect(await fetch(bench, wanted)).toMatchObject({ fetchedBytes: 0, reusedBytes: (2 << 20) + 2 });
  await writeTree(destination, { 'm.bin': 'other', 'mine.txt': 'mine' });
  await expect(fetch(bench, wanted)).rejects.toMatchObject({ code: 'DESTINATION_EXISTS', exit: 7 });
  await fetch(bench, { ...wanted, force: true });
  expect(await readFile(join(destination, 'mine.txt'), 'utf8')).toBe('mine');
  expect(await readFile(join(destination, '.ballast-release'), 'utf8')).toContain('acme/tiny@1');
  expect((await treeDigests(destination))['m.bin']).toEqual((await treeDigests(source))['m.bin']);
});

test('--force never writes through a link, and refuses what is in the way before anything changes', async () => {
  const bench = await openWorkbench();
  const source = await writeTree(join(bench.folder, 'source'), { a: 'new a', 'z/b': 'new b' });
  await publish(bench, job(source));
  const outside = await writeTree(join(bench.folder, 'outside'), { b: 'mine' });
  const destination = await writeTree(join(bench.folder, 'out'), { a: 'old a' });
  await symlink(outside, join(destination, 'z'));
  const forced = { reference: reference(), destination, force: true };
  await expect(fetch(bench, forced)).rejects.toMatchObject({ code: 'DESTINATION_EXISTS' });
  expect(await readFile(join(destination, 'a'), 'utf8')).toBe('old a');
  expect(await readFile(join(outside, 'b'), 'utf8')).toBe('mine');
  await rm(join(destination, 'z'));
  await rm(join(destination, 'a'));
  await symlink(join(outside, 'b'), join(destination, 'a'));
  await fetch(bench, forced);
  expect(await readFile(join(outside, 'b'), 'utf8')).toBe('mine');
  expect(await treeDigests(join(destination, 'z'))).toEqual(await treeDigests(join(source, 'z')));
  expect(await fetch(bench, { ...forced, force: false })).toMatchObject({ fetchedBytes: 0 });
});

test('fetchers of two state folders at one destination never touch each other', async () => {
  const bench = await openWorkbench();
  const source = await writeTree(join(bench.folder, 'source'), { 'm.bin': randomBytes(20 << 20) });
  await publish(bench, job(source));
  const first = await treeDigests(source);
  await writeFile(join(source, 'm.bin'), randomBytes(20 << 20));
  await publish(bench, job(source));
  const other = { ...bench, locks: join(bench.folder, 'other-locks') };
  await mkdir(other.locks);
  const destination = join(bench.folder, 'out');
  const results = await Promise.allSettled([
    fetch(bench, { reference: reference('acme/tiny@1'), destination }),
    fetch(other, { reference: reference('acme/tiny@2'), destination }),
  ]);
  const [winner] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const losers = results.filter((result) => result.status === 'rejected');
  expect(losers).toMatchObject([{ reason: { code: 'DESTINATION_EXISTS' } }]);
  expect(await treeDigests(destination)).toEqual(winner?.version === '1' ? first : await treeDigests(source));
});

test('a mount point and the working folder stay what they are, and an interrupted fetch into one goes on', async () => {
  const bench = await openWorkbench();
  const source = await writeTree(join(bench.folder, 'source'), { 'n/m.bin': randomBytes(12 << 20), c: '{}' });
  await publish(bench, job(source, { chunker: 'fixed-1m' }));
  const destination = join(bench.folder, 'out');
  await mkdir(destination, { mode: 0o750 });
  const before = process.cwd();
  process.chdir(destination);
  onTestFinished(() => process.chdir(before));
  const stop = new AbortController();
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'progress' && event.step === 'fetch' && event.bytes > 0)
      stop.abort(new Error('stopped'));
  };
  const wanted = { reference: reference(), destination };
  await expect(fetch(bench, wanted, { signal: stop.signal, onEvent })).rejects.toThrow('stopped');
  expect(await fetch(bench, wanted)).toMatchObject({ files: 2 });
  expect(await treeDigests(destination)).toMatchObject(await treeDigests(source));
  expect((await readdir('.')).sort()).toEqual(['.ballast-release', 'c', 'n']);
  expect((await stat(destination)).mode & 0o777).toBe(0o750);
});

test('an empty folder gives way and hands on its mode', async () => {
  const bench = await openWorkbench();
  const source = await writeTree(join(bench.folder, 'source'), { a: 'a' });
  await publish(bench, job(source));
  const destination = join(bench.folder, 'out');
  await mkdir(destination, { mode: 0o700 });
  await fetch(bench, { reference: reference(), destination });
  expect(await readdir(destination)).toEqual(['a']);
  expect((await stat(destination)).mode & 0o777).toBe(0o700);
});

function flip(store: MemoryStore, digest: Digest): void {
  const bytes = Uint8Array.from(store.blocks.get(digest)!);
  bytes[bytes.length >> 1]! ^= 1;
  store.blocks.set(digest, bytes);
}
