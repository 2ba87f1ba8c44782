import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { digestOf } from '../../src/ids/digest.ts';
import { Layout } from '../../src/stores/disk/layout.ts';
import { openDiskStore } from '../../src/stores/disk/store.ts';
import { type Entry, encodeTable } from '../../src/stores/disk/table.ts';
import { DEEP } from '../crash/points.ts';

/** A million in the long form: what a store of a terabyte has. */
const BLOCKS = DEEP ? 1_000_000 : 100_000;
const A_PACK = 50_000;

function entryOf(number: number): Entry {
  return { digest: digestOf(Buffer.from(String(number))), offset: number % A_PACK, length: 1 };
}

test(`C25: a store of ${BLOCKS} blocks is open within 5 s of a processor that does nothing else`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-large-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await (await openDiskStore(folder)).close();
  const layout = new Layout(folder);
  for (let pack = 0; pack * A_PACK < BLOCKS; pack += 1) {
    const entries = Array.from({ length: A_PACK }, (_, index) => entryOf(pack * A_PACK + index));
    const path = layout.pack(pack + 1);
    await writeFile(path, '');
    await truncate(path, Math.ceil(A_PACK / 64) * 64);
    await writeFile(path, encodeTable(entries), { flag: 'a' });
  }
  const start = process.cpuUsage();
  const store = await openDiskStore(folder);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(5);
  const digests = [0, 1, BLOCKS - 1, BLOCKS].map((number) => entryOf(number).digest);
  expect(await store.has(digests)).toEqual([true, true, true, false]);
  await store.close();
}, 120_000);
