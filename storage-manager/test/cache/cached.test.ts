import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { flipByte } from '../../src/testing/disk/flip-byte.ts';
import { randomBlock, randomBlocks } from '../../src/testing/index.ts';
import { bytesCounted, bytesUnder, cacheFolder, fileOf, openCached } from './bench.ts';

const block = randomBlock(300_000);

describe('a cached source', () => {
  test('is asked once for what is read twice, and by another process not at all', async () => {
    const folder = await cacheFolder();
    const first = await openCached(folder, [block]);
    expect([await first.read(block.digest), await first.read(block.digest)]).toEqual([
      block.digest,
      block.digest,
    ]);
    expect(first.asked).toEqual([block.digest]);
    const second = await openCached(folder, []);
    expect(await second.read(block.digest)).toBe(block.digest);
    expect(await second.route.has([block.digest, randomBlock(9).digest])).toEqual([true, false]);
    expect([...first.troubles, ...second.troubles]).toEqual([]);
  });

  test('fails as it does without a cache, and can be asked again', async () => {
    const { read, asked } = await openCached(await cacheFolder(), []);
    await expect(read(block.digest)).rejects.toMatchObject({ code: 'CHUNK_MISSING' });
    await expect(read(block.digest)).rejects.toMatchObject({ code: 'CHUNK_MISSING' });
    expect(asked).toHaveLength(2);
  });

  test('is asked once by all who want a block at the same time', async () => {
    const { read, asked } = await openCached(await cacheFolder(), [block]);
    await Promise.all(Array.from({ length: 8 }, () => read(block.digest)));
    expect(asked).toEqual([block.digest]);
  });

  test('keeps what was used last: the bound holds, and old blocks make room', async () => {
    const blocks = randomBlocks(40, 250_000);
    const folder = await cacheFolder();
    const { read, asked } = await openCached(folder, blocks, 5_000_000);
    for (const { digest } of blocks.slice(0, 20)) await read(digest);
    // As if long ago, one after the other; the first is used again since.
    for (const [second, { digest }] of blocks.slice(0, 10).entries())
      await utimes(fileOf(folder, digest), second, second);
    await read(blocks[0]!.digest);
    await read(blocks[20]!.digest);
    const gone = blocks.filter(({ digest }) => asked.includes(digest) && !existsSync(fileOf(folder, digest)));
    expect(gone).toEqual(blocks.slice(1, 4));
    for (const { digest } of blocks.slice(21)) {
      await read(digest);
      expect(await bytesUnder(folder)).toBeLessThanOrEqual(5_000_000);
    }
    expect(asked).toHaveLength(40);
  });
});

describe('the bound', () => {
  test('need not be a multiple of anything', async () => {
    const blocks = randomBlocks(10, 250_000);
    const folder = await cacheFolder();
    const { read, troubles } = await openCached(folder, blocks, 1_000_001);
    for (const { digest } of blocks) expect(await read(digest)).toBe(digest);
    expect(await bytesUnder(folder)).toBeLessThanOrEqual(1_000_001);
    expect(troubles).toEqual([]);
  });

  test('counts anew whenever it makes room: what was forgotten, and what was never counted', async () => {
    const blocks = randomBlocks(23, 250_000);
    const folder = await cacheFolder();
    const { cache, read } = await openCached(folder, blocks, 5_000_000);
    for (const { digest } of blocks.slice(0, 20)) await read(digest);
    await cache.forget(blocks[0]!.digest);
    await read(blocks[20]!.digest);
    expect(await bytesCounted(folder)).toBe(await bytesUnder(folder));
    // As whoever is killed between writing and counting leaves it.
    await writeFile(
      join(dirname(fileOf(folder, blocks[20]!.digest)), 'uncounted'),
      randomBlock(900_000).bytes,
    );
    for (const { digest } of blocks.slice(21)) await read(digest);
    await read(blocks[0]!.digest);
    expect(await bytesCounted(folder)).toBe(await bytesUnder(folder));
  });
});

test.each([
  [
    'a folder of blocks',
    (folder: string, { digest }: { digest: string }) =>
      dirname(join(folder, 'blocks', digest.slice(0, 2), digest)),
  ],
  ['all of them', (folder: string) => join(folder, 'blocks')],
])('C12: what a link in the place of %s leads to is not removed', async (_, placeOf) => {
  const blocks = randomBlocks(12, 250_000);
  const folder = await cacheFolder();
  const { read } = await openCached(folder, blocks, 1_000_000);
  await read(blocks[0]!.digest);
  const theirs = join(dirname(folder), 'theirs');
  const names = Array.from({ length: 256 }, (_each, at) => at.toString(16).padStart(2, '0'));
  for (const name of names) {
    await mkdir(join(theirs, name), { recursive: true });
    await writeFile(join(theirs, name, 'photo'), randomBlock(20_000).bytes);
  }
  for (const block of blocks) {
    const place = placeOf(folder, block);
    await rm(place, { recursive: true, force: true });
    await symlink(place.endsWith('blocks') ? theirs : join(theirs, basename(place)), place);
  }
  for (const { digest } of blocks) expect(await read(digest)).toBe(digest);
  for (const name of names) expect(existsSync(join(theirs, name, 'photo'))).toBe(true);
});

test('a claim that could not be released is free for the same process, and one that it holds is not', async () => {
  const folder = await cacheFolder();
  const { cache } = await openCached(folder, []);
  const claim = await cache.claim(block.digest);
  expect(await cache.claim(block.digest)).toBeNull();
  const index = new DatabaseSync(join(folder, 'index.sqlite'));
  index.exec(`CREATE TRIGGER kept BEFORE DELETE ON claims BEGIN SELECT RAISE(ABORT, 'not now'); END`);
  await expect(claim!.release()).rejects.toThrow('not now');
  index.exec('DROP TRIGGER kept');
  index.close();
  const again = await Promise.all([cache.claim(block.digest), cache.claim(block.digest)]);
  expect(again.filter((each) => each !== null)).toHaveLength(1);
});

describe('C12: damage to the cache is found when it is used, and healed', () => {
  const DAMAGE: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
    ['another first byte', (path) => flipByte(path, 0)],
    ['another last byte', (path) => flipByte(path, -1)],
    ['a cut', (path) => truncate(path, 123_456)],
    ['nothing left', (path) => truncate(path, 0)],
    ['zeros', (path) => writeFile(path, new Uint8Array(300_000))],
    ['a byte more', (path) => truncate(path, 300_001)],
    ['much more', (path) => truncate(path, 50_000_000)],
    ['another block', (path) => writeFile(path, randomBlock(300_000).bytes)],
    ['a folder in its place', (path) => mkdir(join(path, 'inner', 'more'), { recursive: true })],
    ['a link in its place', (path) => symlink('/etc/passwd', path)],
    ['a link to nowhere', (path) => symlink('/nowhere', path)],
    ['a FIFO that nobody writes to', async (path) => execFileSync('mkfifo', [path])],
    [
      'a file that nobody may read',
      async (path) => {
        await writeFile(path, 'x');
        await chmod(path, 0);
      },
    ],
  ];

  test.each(DAMAGE)('%s', { timeout: 30_000 }, async (name, damage) => {
    const folder = await cacheFolder();
    const { read, asked, troubles } = await openCached(folder, [block]);
    await read(block.digest);
    const path = fileOf(folder, block.digest);
    if (/place|nowhere|FIFO|may read/.test(name)) await rm(path);
    await damage(path);
    expect(await read(block.digest)).toBe(block.digest);
    expect(asked).toHaveLength(2);
    expect(Buffer.compare(await readFile(path), block.bytes)).toBe(0);
    expect((await lstat(path)).isFile()).toBe(true);
    expect(await read(block.digest)).toBe(block.digest);
    expect(asked).toHaveLength(2);
    expect(troubles).toEqual([]);
  });

  test('a right block under a wrong name, and names that are none', async () => {
    const folder = await cacheFolder();
    const other = randomBlock(1_000);
    const { read, asked } = await openCached(folder, [block, other]);
    await read(other.digest);
    await writeFile(fileOf(folder, other.digest), block.bytes);
    await writeFile(join(folder, 'blocks', other.digest.slice(0, 2), 'stranger'), 'x');
    expect(await read(other.digest)).toBe(other.digest);
    expect(asked).toEqual([other.digest, other.digest]);
  });

  test.each(['', '-wal'])('an index that is no database (index.sqlite%s) is made anew', async (ending) => {
    const folder = await cacheFolder();
    const first = await openCached(folder, [block]);
    await first.read(block.digest);
    await first.cache.close();
    await writeFile(join(folder, `index.sqlite${ending}`), 'garbage'.repeat(2_000));
    const other = randomBlock(10);
    const second = await openCached(folder, [block, other]);
    expect(await second.read(other.digest)).toBe(other.digest);
    expect(await second.read(block.digest)).toBe(block.digest);
    expect([second.asked, second.troubles]).toEqual([[other.digest], []]);
  });

  test.each([1, 2])('an index whose page %i is damaged is made anew', async (page) => {
    const folder = await cacheFolder();
    const first = await openCached(folder, [block]);
    await first.read(block.digest);
    await first.cache.close();
    const index = await open(join(folder, 'index.sqlite'), 'r+');
    await index.write(Buffer.alloc(4_096, 0xee), 0, 4_096, page * 4_096);
    await index.close();
    const other = randomBlock(10);
    const second = await openCached(folder, [other]);
    expect([await second.read(other.digest), await second.read(block.digest)]).toEqual([
      other.digest,
      block.digest,
    ]);
    expect([existsSync(fileOf(folder, other.digest)), second.troubles]).toEqual([true, []]);
  });

  test('an index of a later version is left alone, and the fetch goes on without the cache', async () => {
    const folder = await cacheFolder();
    const first = await openCached(folder, [block]);
    await first.read(block.digest);
    await first.cache.close();
    execFileSync(process.execPath, [
      '-e',
      `new (require('node:sqlite').DatabaseSync)(process.argv[1]).exec('PRAGMA user_version = 9')`,
      join(folder, 'index.sqlite'),
    ]);
    const other = randomBlock(10);
    const { read, troubles } = await openCached(folder, [block, other]);
    expect([await read(other.digest), await read(block.digest)]).toEqual([other.digest, block.digest]);
    expect(troubles).toMatchObject([{ code: 'FORMAT_UNKNOWN' }]);
  });
});

test('a folder of anybody else is left alone, and the fetch goes on without a cache', async () => {
  const folder = await cacheFolder();
  const name = join(folder, 'owners', 'me', 'thesis.tex');
  await mkdir(join(folder, 'owners', 'me'), { recursive: true });
  await writeFile(name, 'years of work');
  const { read, troubles } = await openCached(folder, [block]);
  expect([await read(block.digest), await read(block.digest)]).toEqual([block.digest, block.digest]);
  expect(troubles).toMatchObject([{ code: 'PATH_UNSAFE' }]);
  expect(await readFile(name, 'utf8')).toBe('years of work');
  expect(await readdir(folder)).toEqual(['owners']);
});

test('C22: a cache that is deleted while it is used is a miss, and then no cache', async () => {
  const blocks = randomBlocks(4, 1_000);
  const folder = await cacheFolder();
  const { read, troubles } = await openCached(folder, blocks);
  await read(blocks[0]!.digest);
  await rm(folder, { recursive: true });
  for (const { digest } of blocks) expect(await read(digest)).toBe(digest);
  expect(troubles).toMatchObject([{ code: 'FILE_SYSTEM' }]);
  const again = await openCached(folder, blocks);
  for (const { digest } of blocks) expect(await again.read(digest)).toBe(digest);
  expect([again.asked.length, again.troubles]).toEqual([4, []]);
});

test('C11: a cache on another file system than all else', async () => {
  const folder = await cacheFolder('/dev/shm');
  const { read, asked, troubles } = await openCached(folder, [block]);
  expect([await read(block.digest), await read(block.digest)]).toEqual([block.digest, block.digest]);
  expect([asked.length, troubles]).toEqual([1, []]);
});
