import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { digestOf } from '../../src/ids/digest.ts';
import { cacheBytes } from '../../src/stores/cache/inspect.ts';
import { randomBlock, randomBlocks } from '../../src/testing/index.ts';
import { bytesUnder, cacheFolder, fileOf, openCached } from './bench.ts';

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

test('what a cache holds is known without a look at its blocks', async () => {
  const folder = await cacheFolder();
  expect(await cacheBytes(folder)).toBeNull();
  const blocks = randomBlocks(30, 250_000);
  const { read } = await openCached(folder, blocks, 5_000_000);
  for (const { digest } of blocks) await read(digest);
  expect(await cacheBytes(folder)).toBe(await bytesUnder(folder));
});

/** A file system of 80 MiB, where this user may mount one. */
async function smallDisk(): Promise<string | null> {
  const folder = dirname(await cacheFolder());
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=80m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}

describe('a disk that fills up', () => {
  test('C6: ends the use of the cache with a warning, and leaves room for others; the fetch goes on', async ({
    skip,
  }) => {
    const disk = await smallDisk();
    if (disk === null) return skip('only root may mount a file system');
    const blocks = randomBlocks(24, 1_000_000);
    const { read, troubles, asked } = await openCached(join(disk, 'cache'), blocks, 1e9);
    for (const { digest } of blocks) expect(await read(digest)).toBe(digest);
    expect(asked).toHaveLength(24);
    expect(troubles).toMatchObject([{ code: 'DISK_FULL' }]);
    const { bavail, bsize } = await statfs(disk);
    expect(bavail * bsize).toBeGreaterThan(60 << 20);
    expect(await readFile(join(disk, 'cache', 'CACHEDIR.TAG'), 'utf8')).toMatch(
      /^Signature: 8a477f597d28d172789f06886806bc55\n/,
    );
  });
});
