import { execFile } from 'node:child_process';
import { watch } from 'node:fs';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Slots } from '../../src/engine/slots.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { DigestList } from '../../src/ids/digest-list.ts';
import type { Block } from '../../src/interfaces.ts';
import { Layout } from '../../src/stores/disk/layout.ts';
import { type DiskStore, openDiskStore } from '../../src/stores/disk/store.ts';
import { randomBlock, randomBlocks } from '../../src/testing/samples/blocks.ts';
import { put } from '../../src/testing/samples/put.ts';
import { SESSIONS } from './disk-writer.ts';

let folder: string;
let store: DiskStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-packs-'));
  store = await openDiskStore(folder, { packBytes: 10_000 });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

test('a session seals each pack as it fills, and an abort gives up the last one only', async () => {
  const blocks = randomBlocks(7, 4000);
  const session = await store.open();
  for (const block of blocks) await session.write([block]);
  expect(blocks.map(({ digest }) => session.has(digest))).not.toContain(false);
  await session.abort();
  expect(await store.has(blocks.map(({ digest }) => digest))).toEqual([...Array(6).fill(true), false]);
  expect(await readdir(new Layout(folder).tmp)).toEqual([]);
});

test('64 writes at once over many packs lose none, and reads of many packs keep few of them open', async () => {
  const blocks = Array.from({ length: 300 }, (_, i) => randomBlock(100 * (i % 64) + 1));
  const session = await store.open();
  for (let first = 0; first < blocks.length; first += 64)
    await Promise.all(blocks.slice(first, first + 64).map((block) => session.write([block])));
  await session.seal();
  expect((await new Layout(folder).packNumbers()).length).toBeGreaterThan(50);
  await Promise.all([...blocks, ...blocks].map((block) => expectRight(store, block)));
  expect(await openPacks()).toBe(16);
  await store.close();
  expect(await openPacks()).toBe(0);
});

test('a block larger than a pack has a pack of its own', async () => {
  const blocks = [randomBlock(10), randomBlock(50_000), randomBlock(20)];
  await put(store, blocks);
  for (const block of blocks) await expectRight(store, block);
});

test('slots of every length near a page boundary come back, between small blocks', async () => {
  const slots = new Slots(1);
  const slot = await slots.acquire();
  const wide = await openDiskStore(folder);
  const session = await wide.open();
  const written: Block[] = [];
  for (const length of [65_535, 65_536, 65_537, 69_631, 69_632, 69_633, 1024 * 1024 + 4096, 1024 * 1024]) {
    const small = randomBlock(77);
    const large = randomBlock(length);
    slot.bytes.set(large.bytes);
    await session.write([small, { digest: large.digest, bytes: slot.bytes.subarray(0, length) }]);
    written.push(small, large);
  }
  await session.seal();
  for (const block of written) await expectRight(wide, block);
  await wide.close();
});

test('what another process seals is found on the first miss, also by several at once', async () => {
  const program = join(import.meta.dirname, 'disk-writer.ts');
  const run = promisify(execFile);
  const args = ['--conditions=ballast-source', program, folder];
  await Promise.all(Array.from({ length: 4 }, () => run(process.execPath, args)));
  const blocks = SESSIONS.flat();
  await Promise.all(blocks.map((block) => expectRight(store, block)));
  expect(await store.has(blocks.map(({ digest }) => digest))).not.toContain(false);
  expect(await readdir(new Layout(folder).tmp)).toEqual([]);
});

test('protect leaves an empty root of the manifest, and none while a block is absent', async () => {
  const [manifest, absent] = [randomBlock(50), randomBlock(60)];
  await store.replace(manifest.digest, manifest.bytes);
  await store.protect(manifest.digest, DigestList.of([manifest.digest, absent.digest]));
  expect(await readdir(new Layout(folder).roots)).toEqual([]);
  await store.protect(manifest.digest, DigestList.of([manifest.digest]));
  expect(await readdir(new Layout(folder).roots)).toEqual([manifest.digest]);
});

test('blocks that are replaced at once take turns: never two sessions wait for each other', async () => {
  const blocks = Array.from({ length: 12 }, (_, index) => randomBlock(100 + index));
  let most = 0;
  const watching = watch(join(folder, 'tmp'), async () => {
    const names = await readdir(join(folder, 'tmp')).catch(() => []);
    most = Math.max(most, names.filter((name) => name.endsWith('.lock')).length);
  });
  await Promise.all(blocks.map(({ digest, bytes }) => store.replace(digest, bytes)));
  watching.close();
  expect(await store.has(blocks.map(({ digest }) => digest))).not.toContain(false);
  expect(most).toBe(1);
});

test('replace refuses bytes of another digest', async () => {
  const { digest } = randomBlock(64);
  const replacing = store.replace(digest, randomBlock(64).bytes);
  await expect(replacing).rejects.toMatchObject({ code: 'CHUNK_CORRUPT' });
  expect(await store.has([digest])).toEqual([false]);
});

test('C22: a folder that vanishes is an error of this machine, not a missing block', async () => {
  await rm(folder, { recursive: true });
  await expect(store.has([randomBlock(1).digest])).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
  await expect(store.open()).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
  folder = await mkdtemp(join(tmpdir(), 'ballast-packs-'));
});

async function expectRight(from: DiskStore, { digest, bytes }: Block): Promise<void> {
  const into = new Uint8Array(bytes.byteLength);
  expect(await from.read([digest], [into])).toEqual([bytes.byteLength]);
  expect(digestOf(into)).toBe(digest);
}

/** How many packs this process has open (Linux). */
async function openPacks(): Promise<number> {
  const fds = await readdir('/proc/self/fd');
  const targets = await Promise.all(fds.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(folder) && target.endsWith('.pack')).length;
}
