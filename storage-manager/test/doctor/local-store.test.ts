/** The local store, whole and damaged. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DigestList } from '../../src/ids/digest-list.ts';
import { openDiskStore } from '../../src/stores/disk/store.ts';
import { randomBlocks } from '../../src/testing/blocks.ts';
import { flipBlock } from '../stores/disk-damage.ts';
import { failures, find, newPatient } from './examine.ts';

async function stored() {
  const patient = await newPatient();
  const folder = join(patient.home, 'store');
  const store = await openDiskStore(folder);
  const blocks = randomBlocks(5, 1_000);
  const session = await store.open();
  await session.write(blocks);
  await session.seal();
  const list = new DigestList();
  for (const { digest } of blocks) list.push(digest);
  await store.protect(blocks[0]!.digest, list);
  await store.close();
  return { ...patient, store: folder, blocks };
}

it('counts and reads back', async () => {
  const { diagnose } = await stored();
  expect(find(await diagnose(), 'local store')).toMatchObject({
    status: 'ok',
    detail: 'releases: 1, blocks: 5, of which 5 were read back and are right',
  });
});

it('a block that has rotted', async () => {
  const { diagnose, store, blocks } = await stored();
  await flipBlock(store, blocks[3]!.digest);
  const found = await diagnose();
  expect(failures(found)).toEqual(['local store: CHUNK_CORRUPT']);
  expect(found.exit).toBe(4);
  expect(find(found, 'local store').detail).toContain(blocks[3]!.digest);
});

it("a store of a newer format, and a folder of somebody else's", async () => {
  const { diagnose, store } = await stored();
  await writeFile(join(store, 'format'), 'ballast-store 2\n');
  const newer = await diagnose();
  expect(failures(newer)).toEqual(['local store: FORMAT_UNKNOWN']);
  expect(newer.exit).toBe(8);
});

it('what a killed command has left', async () => {
  const { diagnose, store } = await stored();
  await writeFile(join(store, 'tmp', '0011223344556677.1.pack'), Buffer.alloc(3_000_000));
  expect(find(await diagnose(), 'local store')).toMatchObject({
    status: 'warn',
    detail: expect.stringMatching(/; 3 MiB not sealed$/),
  });
  expect(await readdir(join(store, 'tmp'))).toEqual(['0011223344556677.1.pack']);
});
