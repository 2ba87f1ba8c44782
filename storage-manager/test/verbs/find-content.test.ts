import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as cbor from '@ipld/dag-cbor';
import { encode } from '@ipld/dag-pb';
import { expect, test } from 'vitest';
import { DIRECTORY_DATA } from '../../src/format/unixfs/data.ts';
import { type Codec, cidOf, cidText, DAG_CBOR, DAG_PB, RAW } from '../../src/ids/cid.ts';
import { type Digest, digestOf } from '../../src/ids/digest.ts';
import { trustCid } from '../../src/trust/cid.ts';
import { findContent } from '../../src/verbs/fetch.ts';
import { bring } from '../../src/verbs/fetching/bring.ts';
import { parseSelection } from '../../src/verbs/fetching/selection.ts';
import { makeRelease, type TreeSketch } from '../format/make-release.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const text = (value: string) => new TextEncoder().encode(value);

function put({ memory }: Workbench, bytes: Uint8Array): Digest {
  const digest = digestOf(bytes);
  memory.blocks.set(digest, bytes);
  return digest;
}

/** Puts a release whose chunks are the texts that `makeRelease` hashes. */
function putRelease(bench: Workbench, sketch: TreeSketch): Digest {
  const { digest, blocks } = makeRelease(sketch);
  for (const bytes of blocks.values()) put(bench, bytes);
  for (const [path, sizes] of Object.entries(sketch))
    sizes.forEach((_, index) => void put(bench, text(`${path}#${index}`)));
  return digest;
}

async function retrieve(bench: Workbench, digest: Digest, codec: Codec) {
  const { tree } = await findContent(bench, trustCid(cidText(digest, codec)), parseSelection(), {});
  return bring(bench, tree, { destination: join(bench.folder, 'out') }, {});
}

const outcome = (bench: Workbench) => readdir(bench.folder).then((names) => names.includes('out'));

test('a manifest that tells the truth', async () => {
  const bench = await openWorkbench();
  const digest = putRelease(bench, { w: [3, 3], x: [3] });
  await retrieve(bench, digest, DAG_CBOR);
  expect(await readFile(join(bench.folder, 'out/w'), 'utf8')).toBe('w#0w#1');
});

test.each([{ w: [2, 4] }, { w: [3, 9] }])(
  'an index that lies about the sizes of its chunks: %j',
  async (sketch) => {
    const bench = await openWorkbench();
    const digest = putRelease(bench, sketch);
    await expect(retrieve(bench, digest, DAG_CBOR)).rejects.toMatchObject({
      code: 'RELEASE_MISMATCH',
      exit: 4,
    });
    expect(await outcome(bench)).toBe(false);
  },
);

test.each([2, 4])('a folder that says %i bytes of a file of 3', async (Tsize) => {
  const bench = await openWorkbench();
  const Hash = cidOf(put(bench, text('raw')), RAW);
  const folder = put(bench, encode({ Data: DIRECTORY_DATA, Links: [{ Hash, Name: 'file', Tsize }] }));
  await expect(retrieve(bench, folder, DAG_PB)).rejects.toMatchObject({ code: 'RELEASE_MISMATCH', exit: 4 });
  expect(await outcome(bench)).toBe(false);
});

test('a wrong block under a right name is never used', async () => {
  const bench = await openWorkbench();
  const Hash = cidOf(put(bench, text('raw')), RAW);
  const folder = put(bench, encode({ Data: DIRECTORY_DATA, Links: [{ Hash, Name: 'file', Tsize: 3 }] }));
  for (const [digest, code] of [
    [digestOf(text('raw')), 'CHUNK_CORRUPT'],
    [folder, 'CHUNK_CORRUPT'],
  ] as const) {
    const right = bench.memory.blocks.get(digest)!;
    bench.memory.blocks.set(digest, text('bad'));
    await expect(retrieve(bench, folder, DAG_PB)).rejects.toMatchObject({ code });
    bench.memory.blocks.set(digest, right);
  }
  await retrieve(bench, folder, DAG_PB);
  expect(await readFile(join(bench.folder, 'out/file'), 'utf8')).toBe('raw');
});

test('a folder that holds the tree already, and one that does not', async () => {
  const bench = await openWorkbench();
  const digest = putRelease(bench, { w: [3, 3] });
  await retrieve(bench, digest, DAG_CBOR);
  expect(await retrieve(bench, digest, DAG_CBOR)).toMatchObject({ fetchedBytes: 0, reusedBytes: 6 });
  await writeFile(join(bench.folder, 'out/w'), 'w#0w#2');
  await expect(retrieve(bench, digest, DAG_CBOR)).rejects.toMatchObject({ code: 'DESTINATION_EXISTS' });
});

test.each([
  [cbor.encode({ hello: 'world' })],
  [cbor.encode([1])],
  [cbor.encode({ format: 'x/1' })],
  [text('no')],
])('DAG-CBOR of others is no broken manifest', async (bytes) => {
  const bench = await openWorkbench();
  await expect(retrieve(bench, put(bench, bytes), DAG_CBOR)).rejects.toMatchObject({
    code: 'CONTENT_UNSUPPORTED',
  });
});
