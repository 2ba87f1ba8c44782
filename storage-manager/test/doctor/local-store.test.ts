/** The local store, whole and damaged. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../../src/fs/make-folder.ts';
import type { Digest } from '../../src/ids/digest.ts';
import { MiB } from '../../src/limits.ts';
import { Layout } from '../../src/stores/disk/layout.ts';
import { readPackTable } from '../../src/stores/disk/pack-file.ts';
import { DiskStore, openDiskStore } from '../../src/stores/disk/store.ts';
import { randomBlocks } from '../../src/testing/samples/blocks.ts';
import { put } from '../../src/testing/samples/put.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { publish } from '../../src/verbs/publish.ts';
import { flipBlock } from '../stores/disk-damage.ts';
import { job, openWorkbench } from '../verbs/workbench.ts';
import { failures, find, newPatient } from './examine.ts';

/** Two files of one chunk each, a manifest and an index block. */
async function stored() {
  const patient = await newPatient();
  const folder = join(patient.home, 'store');
  await makeFolder(folder);
  const store = await openDiskStore(folder);
  const blocks = randomBlocks(2, 1_000);
  const tree = await writeTree(join(patient.folder, 'tree'), { a: blocks[0]!.bytes, b: blocks[1]!.bytes });
  await publish(await openWorkbench([store]), job(tree));
  await store.close();
  return { ...patient, store: folder, blocks };
}

it('counts and reads back', async () => {
  const { diagnose } = await stored();
  expect(find(await diagnose(), 'local store')).toMatchObject({
    status: 'ok',
    detail: 'releases: 1, blocks: 4, of which 4 were read back and are right',
  });
});

it('a block that has rotted', async () => {
  const { diagnose, store, blocks } = await stored();
  await flipBlock(store, blocks[1]!.digest);
  const found = await diagnose();
  expect(failures(found)).toEqual(['local store: CHUNK_CORRUPT']);
  expect(found.exit).toBe(4);
  expect(find(found, 'local store').detail).toContain(blocks[1]!.digest);
});

it('a pack that is gone, though nothing that is left is wrong', async () => {
  const { diagnose, store } = await stored();
  for (const name of await readdir(join(store, 'packs'))) await rm(join(store, 'packs', name));
  const found = await diagnose();
  expect(failures(found)).toEqual(['local store: CHUNK_MISSING']);
  expect(find(found, 'local store').next).toContain('ballast verify');
});

it('the pack of one chunk that is gone', async () => {
  const { diagnose, store, blocks } = await stored();
  await writePacks(store, (digest) => digest !== blocks[1]!.digest);
  const found = await diagnose();
  expect(failures(found)).toEqual(['local store: CHUNK_MISSING']);
  expect(find(found, 'local store').detail).toMatch(/release .*acme\/tiny@1 is not whole/);
});

it('roots that are gone', async () => {
  const { diagnose, store } = await stored();
  for (const name of await readdir(join(store, 'roots'))) await rm(join(store, 'roots', name));
  expect(find(await diagnose(), 'local store')).toMatchObject({
    status: 'warn',
    detail: expect.stringContaining('no root says'),
  });
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

/** The same store with the blocks of these digests alone. */
async function writePacks(folder: string, keep: (digest: Digest) => boolean): Promise<void> {
  const layout = new Layout(folder);
  const held = (await readPackTable(layout, 1)).map(({ digest }) => digest).filter(keep);
  const old = new DiskStore(layout, {});
  const blocks = [];
  for (const digest of held) {
    const into = new Uint8Array(MiB);
    const [length] = await old.read([digest], [into]);
    blocks.push({ digest, bytes: into.subarray(0, length) });
  }
  await old.close();
  for (const path of [layout.pack(1), layout.spareTable(1)]) await rm(path);
  const store = await openDiskStore(folder);
  await put(store, blocks);
  await store.close();
}
