/** A store as the first release wrote it, byte for byte: every later program reads it, and writes beside what it holds. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Digest, digestOf } from '../../src/ids/digest.ts';
import { DigestList } from '../../src/ids/digest-list.ts';
import { openDiskStore } from '../../src/stores/disk/store.ts';
import { put } from '../../src/testing/samples/put.ts';

/** Three blocks, and the table of three records of 64 bytes that is also its own copy. */
const PACK = [
  'b25ldHdvdGhyZWUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAGJhbGxhc3QBdpLD',
  'rTVAu4A8Ags67mbNiIcSMjTqDG5xQ8Ct1z/0Me0AAAAAAAAAAAMAAAAAAAAAAwAAANxSXIdiYWxsYXN0AT/EzP50WHDiwNmfcfMP',
  '8GVsje3UHMHX09N2sNvmheLzAwAAAAAAAAADAAAAAQAAAAMAAACpvX9MYmFsbGFzdAGLW52wwT2yQlbIKao2SqkMbS66MYuSMqSr',
  'kxO5VNNVXwYAAAAAAAAABQAAAAIAAAADAAAAwDmw5g==',
];
const TABLE_BYTES = 3 * 64;
const BLOCKS = ['one', 'two', 'three'].map((text) => Buffer.from(text));

async function storeOf(pack: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-format-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ['packs', 'roots', 'tmp']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'format'), 'ballast-store 1\n');
  await writeFile(join(folder, 'packs/00000001.pack'), pack);
  await writeFile(join(folder, 'packs/00000001.idx'), pack.subarray(-TABLE_BYTES));
  await writeFile(join(folder, 'roots', digestOf(BLOCKS[0]!)), '');
  return folder;
}

test('C24: a store of format 1', async () => {
  const pack = Buffer.from(PACK.join(''), 'base64');
  const folder = await storeOf(pack);
  const store = await openDiskStore(folder);
  const digests: readonly Digest[] = BLOCKS.map((block) => digestOf(block));
  const into = BLOCKS.map(() => new Uint8Array(100));
  const lengths = await store.read(digests, into);
  expect(into.map((bytes, at) => Buffer.from(bytes.subarray(0, lengths[at])))).toEqual(BLOCKS);

  const bytes = Buffer.from('four');
  await put(store, [{ digest: digestOf(bytes), bytes }]);
  const all = [...digests, digestOf(bytes)];
  expect(await store.has(all)).toEqual([true, true, true, true]);
  expect(await store.protect(digestOf(bytes), DigestList.of(all))).toEqual([]);
  await store.close();
  expect(await readFile(join(folder, 'packs/00000001.pack'))).toEqual(pack);
});
