import { randomFillSync } from 'node:crypto';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDirect, PAGE_BYTES, readPages, writePages } from '../../src/fs/direct.ts';
import { KiB, SLOT_BYTES } from '../../src/limits.ts';

const BUFFER = new WebAssembly.Memory({ initial: 17, maximum: 17, shared: true }).buffer;

/** A slot's worth of memory that begins on a page, with random bytes. */
function slot(): Uint8Array {
  return randomFillSync(new Uint8Array(BUFFER, 0, SLOT_BYTES));
}

/** In the checkout, which lies on a disk: a temporary folder may be memory, without direct I/O. */
async function files() {
  const folder = await mkdtemp(join(import.meta.dirname, 'direct-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'file');
  const cached = await open(path, 'w+');
  const output = await openDirect(path, 'write');
  const direct = await openDirect(path, 'read');
  onTestFinished(async () => {
    await cached.close();
    await output?.close();
    await direct?.close();
  });
  return { path, cached, output, direct };
}

const LENGTHS = [0, 1, PAGE_BYTES, 64 * KiB, 64 * KiB + 1, 100_003, 1024 * KiB];
const OFFSETS = [0, 1, 8, PAGE_BYTES - 1, PAGE_BYTES, 3 * PAGE_BYTES + 5];

test('pieces of any length at any place of a file read as they were written', async () => {
  const { path, cached, output, direct } = await files();
  for (const length of LENGTHS)
    for (const offset of OFFSETS) {
      const buffer = slot();
      const piece = buffer.subarray(offset % PAGE_BYTES, (offset % PAGE_BYTES) + length);
      const expected = Buffer.from(piece);
      await cached.truncate(0);
      await writePages(cached, output, piece, offset);
      expect((await readFile(path)).subarray(offset).equals(expected)).toBe(true);
      const again = slot();
      expect(await readPages(cached, direct, again, length, offset)).toBe(length);
      expect(expected.equals(again.subarray(0, length))).toBe(true);
    }
});

test('neighbours that share a page of the file keep their bytes', async () => {
  const { path, cached, output } = await files();
  const whole = randomFillSync(Buffer.alloc(3_000_017));
  await cached.truncate(whole.byteLength);
  const starts = [2_100_001, 0, 1_048_577, 77];
  const ends = [whole.byteLength, 77, 2_100_001, 1_048_577];
  for (const [index, start] of starts.entries()) {
    const buffer = slot();
    const piece = buffer.subarray(start % PAGE_BYTES, (start % PAGE_BYTES) + ends[index]! - start);
    piece.set(whole.subarray(start, ends[index]));
    await writePages(cached, output, piece, start);
  }
  expect((await readFile(path)).equals(whole)).toBe(true);
});

test('a read says where the file ends', async () => {
  const { cached, direct } = await files();
  await cached.writeFile(Buffer.alloc(200_001, 7));
  expect(await readPages(cached, direct, slot(), 150_000, PAGE_BYTES)).toBe(150_000);
  expect(await readPages(cached, direct, slot(), 500_000, PAGE_BYTES)).toBe(200_001 - PAGE_BYTES);
  expect(await readPages(cached, direct, slot(), 500_000, 100 * PAGE_BYTES)).toBe(0);
});

test('a file system without direct I/O is written and read through the cache', async () => {
  const { path, cached } = await files();
  const buffer = slot();
  await writePages(cached, null, buffer, 0);
  const again = new Uint8Array(new SharedArrayBuffer(SLOT_BYTES));
  expect(await readPages(cached, null, again, SLOT_BYTES, 0)).toBe(SLOT_BYTES);
  expect((await readFile(path)).equals(again)).toBe(true);
});
