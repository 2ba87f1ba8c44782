import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf } from '../../src/ids/digest.ts';
import type { Block } from '../../src/interfaces.ts';
import { Layout } from '../../src/stores/disk/layout.ts';
import { openDiskStore } from '../../src/stores/disk/store.ts';
import { RECORD_BYTES } from '../../src/stores/disk/table.ts';
import { flipByte } from '../../src/testing/disk/flip-byte.ts';
import { randomBlock } from '../../src/testing/samples/blocks.ts';
import { put } from '../../src/testing/samples/put.ts';

let folder: string;
let layout: Layout;
let blocks: Block[];
let other: Block;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-damage-'));
  layout = new Layout(folder);
  blocks = [randomBlock(1), randomBlock(70_000), randomBlock(300), randomBlock(66_000)];
  other = randomBlock(500);
  await seal(blocks);
  await seal([other]);
});
afterEach(() => rm(folder, { recursive: true }));

const TABLE_BYTES = 4 * RECORD_BYTES;

test('C12: a flipped byte anywhere in the table costs nothing, as there is a copy', async () => {
  for (let from = 0; from < TABLE_BYTES; from += 3) {
    await flipByte(layout.pack(1), from - TABLE_BYTES);
    expect(await states()).toBe('right right right right');
    await flipByte(layout.pack(1), from - TABLE_BYTES);
  }
});

test('C12: a flipped byte anywhere in the copy costs nothing, as there is the table', async () => {
  for (let at = 0; at < TABLE_BYTES; at += 7) {
    await flipByte(layout.spareTable(1), at);
    expect(await states()).toBe('right right right right');
  }
});

test('C12: without any copies the packs are enough', async () => {
  await dropSpares();
  expect(await states()).toBe('right right right right');
});

test('C12: without a copy a broken record costs its own block alone, wherever it breaks', async () => {
  await dropSpares();
  for (let record = 0; record < 4; record += 1) {
    for (let byte = 0; byte < RECORD_BYTES; byte += 5) {
      const at = record * RECORD_BYTES + byte - TABLE_BYTES;
      await flipByte(layout.pack(1), at);
      const expected = blocks.map((_, place) => (place === record ? 'CHUNK_MISSING' : 'right'));
      expect(await states()).toBe(expected.join(' '));
      await flipByte(layout.pack(1), at);
    }
  }
});

test('C12: a flipped byte of a block costs that block alone', async () => {
  await flipByte(layout.pack(1), 0);
  expect(await states()).toBe('wrong right right right');
});

test('C12: a pack cut off at any place misses what is gone and nothing else', async () => {
  const { size } = await stat(layout.pack(1));
  await truncate(layout.pack(1), size - 1);
  expect(await states()).toBe('right right right right');
  await truncate(layout.pack(1), size - TABLE_BYTES - 64);
  expect(await states()).toBe('right right right CHUNK_MISSING');
  await truncate(layout.pack(1), 4096 + 70_000 + 300 - 1);
  expect(await states()).toBe('right right CHUNK_MISSING CHUNK_MISSING');
  await truncate(layout.pack(1), 0);
  expect(await states()).toBe('CHUNK_MISSING CHUNK_MISSING CHUNK_MISSING CHUNK_MISSING');
});

test('C12: a pack cut off within its table, without a copy, keeps the blocks whose records are left', async () => {
  await dropSpares();
  const { size } = await stat(layout.pack(1));
  await truncate(layout.pack(1), size - RECORD_BYTES - 10);
  expect(await states()).toBe('right right CHUNK_MISSING CHUNK_MISSING');
});

test.each(['gone', 'folder', 'link', 'pipe'])(
  'C12: a pack whose name is a %s is missing, and its like alone',
  async (kind) => {
    const path = layout.pack(1);
    await rm(path);
    if (kind === 'folder') await mkdir(path);
    if (kind === 'link') await symlink('/dev/zero', path);
    if (kind === 'pipe') execFileSync('mkfifo', [path]);
    expect(await states()).toBe('CHUNK_MISSING CHUNK_MISSING CHUNK_MISSING CHUNK_MISSING');
  },
);

test('C12: random bytes under the names of a pack and its copy hold nothing', async () => {
  for (const path of [layout.pack(1), layout.spareTable(1)])
    await writeFile(path, randomBlock(100_001).bytes);
  expect(await states()).toBe('CHUNK_MISSING CHUNK_MISSING CHUNK_MISSING CHUNK_MISSING');
});

test('what replace wrote wins over the older place, also by the packs alone', async () => {
  await flipByte(layout.pack(1), 0);
  const store = await openDiskStore(folder);
  await store.replace(blocks[0]!.digest, blocks[0]!.bytes);
  await store.close();
  expect(await states()).toBe('right right right right');
  await dropSpares();
  expect(await states()).toBe('right right right right');
});

test('C24: an unknown format, and packs without one, are refused and left alone', async () => {
  const names = await readdir(folder);
  for (const text of ['ballast-store 2\n', '', 'x'.repeat(10_000)]) {
    await writeFile(layout.format, text);
    await expect(openDiskStore(folder)).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
  }
  expect(await readdir(folder)).toEqual(names);
  await rm(layout.format);
  await expect(openDiskStore(folder)).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
});

test('a folder of other things is refused and left alone', async () => {
  const foreign = join(folder, 'foreign');
  await mkdir(foreign);
  await writeFile(join(foreign, 'thesis.pdf'), 'x');
  await expect(openDiskStore(foreign)).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
  expect(await readdir(foreign)).toEqual(['thesis.pdf']);
});

async function seal(wanted: readonly Block[]): Promise<void> {
  const store = await openDiskStore(folder);
  await put(store, wanted);
  await store.close();
}

async function dropSpares(): Promise<void> {
  for (const number of await layout.packNumbers()) await rm(layout.spareTable(number));
}

/** How each block of the first pack reads in a new opening; the second pack's block must read right. */
async function states(): Promise<string> {
  const store = await openDiskStore(folder);
  const into = new Uint8Array(100_000);
  const found: string[] = [];
  for (const { digest } of [...blocks, other]) {
    const state = await store.read([digest], [into]).then(
      ([length]) => (digestOf(into.subarray(0, length)) === digest ? 'right' : 'wrong'),
      (error: { code: string }) => error.code,
    );
    found.push(state);
  }
  await store.close();
  expect(found.pop()).toBe('right');
  return found.join(' ');
}

test('C12: a pipe in place of the format is refused at once', async () => {
  await rm(layout.format);
  execFileSync('mkfifo', [layout.format]);
  await expect(openDiskStore(folder)).rejects.toMatchObject({ code: 'FILE_SYSTEM', exit: 8 });
});
