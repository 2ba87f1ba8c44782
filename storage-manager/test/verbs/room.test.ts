import { randomBytes } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ChunkList } from '../../src/format/chunk-list.ts';
import { BARE } from '../../src/format/unixfs/wrapping.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { parseSafePath } from '../../src/ids/path.ts';
import { MemoryStore } from '../../src/testing/memory/store.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { bring } from '../../src/verbs/fetching/bring.ts';
import type { TreeContent } from '../../src/verbs/fetching/tree-content.ts';
import { publish } from '../../src/verbs/publish.ts';
import { job, openWorkbench } from './workbench.ts';

/** A tree of so many bytes, of which nobody has one. */
function treeOf(bytes: number): TreeContent {
  const chunks = new ChunkList();
  const digest = digestOf(new Uint8Array());
  for (let left = bytes; left > 0; left -= 2 ** 32 - 1) chunks.push(digest, Math.min(left, 2 ** 32 - 1));
  const file = { path: parseSafePath('w'), size: bytes, first: 0, count: chunks.count, sha256: null };
  return { name: 'huge', digest, files: [file], bytes, complete: true, chunks, wrappingsOf: () => [BARE] };
}

test('C6: what cannot fit is refused before anything travels; an archive needs room beside its tree', async () => {
  const bench = await openWorkbench();
  const { bavail, bsize } = await statfs(bench.folder);
  const [most, all] = [Math.floor(bavail * bsize * 0.6), bavail * bsize * 2];
  const destination = join(bench.folder, 'out');
  const full = { code: 'DISK_FULL', exit: 8 };
  await expect(bring(bench, treeOf(all), { destination }, {})).rejects.toMatchObject(full);
  await expect(bring(bench, treeOf(most), { destination, packed: true }, {})).rejects.toMatchObject(full);
  const asked = bring(bench, treeOf(most), { destination }, {});
  await expect(asked).rejects.toMatchObject({ code: 'SOURCES_EXHAUSTED' });
});

/** A store that knows of little room. */
class Tight extends MemoryStore {
  free = 0;

  async freeBytes(): Promise<number> {
    return this.free;
  }
}

test('C6: a publish that cannot fit is refused before a block is written; what is stored already takes no room', async () => {
  const store = new Tight('tight');
  const bench = await openWorkbench([store]);
  const source = await writeTree(join(bench.folder, 'source'), { 'a.bin': randomBytes(300_000) });
  await expect(publish(bench, job(source))).rejects.toMatchObject({
    code: 'DISK_FULL',
    exit: 8,
    message: expect.stringMatching(
      /^store tight .* what is new of 300,000 bytes, but 0 bytes are free, and 300,000 bytes are new$/,
    ),
  });
  expect(store.blocks.size).toBe(0);
  store.free = 310_000;
  expect(await publish(bench, job(source))).toMatchObject({ version: '1' });
  // Twice the bytes, of which half are there.
  await writeTree(source, { 'b.bin': randomBytes(300_000) });
  expect(await publish(bench, job(source))).toMatchObject({ version: '2', newChunks: 1 });
});
