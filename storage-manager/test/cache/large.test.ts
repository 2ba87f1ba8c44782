import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/ids/digest.ts';
import { canMount, mountDisk, randomBlock, randomBlocks } from '../../src/testing/index.ts';
import { bytesCounted, bytesUnder, cacheFolder, fileOf, openCached } from './bench.ts';

const COUNT = process.env.BALLAST_DEEP ? 1_000_000 : 20_000;

test(`C25: a cache of ${COUNT} blocks is open and gives its first block within 5 s`, {
  timeout: 600_000,
}, async () => {
  // In memory: making them is not what is measured.
  const folder = await cacheFolder('/dev/shm');
  const block = randomBlock(100_000);
  const before = await openCached(folder, [block]);
  await before.read(block.digest);
  await before.cache.close();
  for (let number = 0; number < 256; number += 1)
    mkdirSync(join(folder, 'blocks', number.toString(16).padStart(2, '0')), { recursive: true });
  for (let number = 0; number < COUNT; number += 1)
    closeSync(openSync(fileOf(folder, digestOf(Buffer.from(String(number)))), 'w'));
  const start = performance.now();
  const { read, asked, troubles } = await openCached(folder, [randomBlock(1)]);
  expect(await read(block.digest)).toBe(block.digest);
  const more = randomBlock(200_000);
  const second = await openCached(folder, [more]);
  expect(await second.read(more.digest)).toBe(more.digest);
  expect(performance.now() - start).toBeLessThan(5_000);
  expect([asked, troubles, second.troubles]).toEqual([[], [], []]);
});

test('what a cache holds is what its processes have counted', async () => {
  const folder = await cacheFolder();
  const blocks = randomBlocks(30, 250_000);
  const { read } = await openCached(folder, blocks, 5_000_000);
  for (const { digest } of blocks) await read(digest);
  expect(await bytesCounted(folder)).toBe(await bytesUnder(folder));
});

describe.skipIf(!canMount())('a disk', () => {
  test('C6: that fills up ends the use of the cache with a warning, keeps room for others, and the fetch goes on', async () => {
    const disk = await mountDisk('size=80m');
    const folder = join(disk.path, 'cache');
    const blocks = randomBlocks(24, 1_000_000);
    const { read, troubles, asked } = await openCached(folder, blocks, 1e9);
    for (const { digest } of blocks) expect(await read(digest)).toBe(digest);
    expect(asked).toHaveLength(24);
    expect(troubles).toMatchObject([{ code: 'DISK_FULL' }]);
    const { bavail, bsize } = await statfs(disk.path);
    expect(bavail * bsize).toBeGreaterThan(60 << 20);
    const tag = await readFile(join(folder, 'CACHEDIR.TAG'), 'utf8');
    expect(tag).toMatch(/^Signature: 8a477f597d28d172789f06886806bc55\n/);
  });

  test('C6: that a fetch is about to fill is left to it', async () => {
    const disk = await mountDisk('size=100m');
    const blocks = randomBlocks(5, 1_000_000);
    const { read, troubles, needed } = await openCached(join(disk.path, 'cache'), blocks, 1e9);
    await read(blocks[0]!.digest);
    needed.bytes = 40_000_000;
    await read(blocks[1]!.digest);
    expect(troubles).toMatchObject([{ code: 'DISK_FULL' }]);
    const { bavail, bsize } = await statfs(disk.path);
    expect(bavail * bsize).toBeGreaterThan(98_000_000);
  });

  test('C6: that has no room for more still gives what lies on it', async () => {
    const disk = await mountDisk('size=100m');
    const [kept, other] = randomBlocks(2, 100_000);
    const { read, asked, troubles, needed } = await openCached(join(disk.path, 'cache'), [kept!, other!]);
    await read(kept!.digest);
    needed.bytes = 100_000_000;
    await read(other!.digest);
    expect([await read(kept!.digest), await read(kept!.digest)]).toEqual([kept!.digest, kept!.digest]);
    expect(asked).toEqual([kept!.digest, other!.digest]);
    expect(troubles).toMatchObject([{ code: 'DISK_FULL' }]);
  });

  test('C7: that may only be read still gives what lies on it', async () => {
    const disk = await mountDisk('size=100m');
    const folder = join(disk.path, 'cache');
    const [kept, other] = randomBlocks(2, 100_000);
    const first = await openCached(folder, [kept!]);
    await first.read(kept!.digest);
    await first.cache.close();
    disk.remount('ro');
    const { read, asked, troubles } = await openCached(folder, [other!]);
    expect([await read(kept!.digest), await read(other!.digest)]).toEqual([kept!.digest, other!.digest]);
    expect(asked).toEqual([other!.digest]);
    expect(troubles).toMatchObject([{ code: 'FILE_SYSTEM' }]);
  });
});
