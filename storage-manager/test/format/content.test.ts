import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { decode } from '@ipld/dag-pb';
import { afterAll, describe, expect, test } from 'vitest';
import { ChunkList } from '../../src/format/chunk-list.ts';
import { buildContent, type FileChunks } from '../../src/format/unixfs/build.ts';
import { cidText, DAG_PB } from '../../src/ids/cid.ts';
import { type Digest, digestOf } from '../../src/ids/digest.ts';
import { comparePaths, parseSafePath } from '../../src/ids/path.ts';
import vectors from '../../vectors/content.json' with { type: 'json' };
import { type ContentTree, contentTree, type DescribedTree } from './described-tree.ts';
import { openOfflineKubo } from './kubo.ts';
import { layOut } from './make-release.ts';

const MiB = 1024 * 1024;
const kubo = openOfflineKubo();
afterAll(() => kubo?.remove());

const ZEROS = new Uint8Array(MiB);

/** The chunk of a file at an offset, cut every 1 MiB. */
function chunkAt(file: Uint8Array | number, at: number): Uint8Array {
  return typeof file === 'number' ? ZEROS.subarray(0, file - at) : file.subarray(at, at + MiB);
}

function cut(tree: ContentTree): { files: FileChunks[]; chunks: ChunkList } {
  const chunks = new ChunkList();
  const files = Object.entries(tree)
    .sort(([a], [b]) => comparePaths(a, b))
    .map(([path, file]) => {
      const first = chunks.count;
      const size = typeof file === 'number' ? file : file.byteLength;
      for (let at = 0; at < size; at += MiB) {
        const chunk = chunkAt(file, at);
        chunks.push(digestOf(chunk), chunk.byteLength);
      }
      return { path: parseSafePath(path), size, first, count: chunks.count - first };
    });
  return { files, chunks };
}

/** Zeros become a hole. */
function writeTree(folder: string, tree: ContentTree): void {
  for (const [path, file] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof file === 'number' ? '' : file);
    if (typeof file === 'number') truncateSync(join(folder, path), file);
  }
}

const trees: readonly { name: string; root: string; files: object }[] = vectors.trees;

describe.each(trees)('$name', ({ root: expected, files: described }) => {
  const tree = contentTree(described as DescribedTree);

  test('has the root of the vectors', () => {
    const { files, chunks } = cut(tree);
    expect(cidText(buildContent(files, chunks).root!, DAG_PB)).toBe(expected);
  });

  test.skipIf(kubo === null)('has the root that `ipfs add` prints', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-content-'));
    writeTree(folder, tree);
    const flags = [
      '--chunker=size-1048576',
      '--raw-leaves',
      '--cid-version=1',
      '--max-file-links=1024',
      '--hidden',
    ];
    const root = kubo!.run('add', '-r', '-Q', '--only-hash', ...flags, folder);
    rmSync(folder, { recursive: true });
    expect(root).toBe(expected);
  });
});

const collect = (blocks: Iterable<{ digest: Digest; bytes: Uint8Array }>) =>
  [...blocks].map(({ digest, bytes }) => ({ digest, bytes }));

test('the blocks are the same on each walk, hash to their digests, and every link leads to a block or a chunk', () => {
  const { files, chunks } = layOut({ 'a/b': Array(3_000).fill(7), c: [], d: [1] });
  const { root, blocks } = buildContent(files, chunks);
  const first = collect(blocks);
  expect(collect(blocks)).toEqual(first);
  expect(first.at(-1)!.digest).toBe(root);
  const known = new Set<string>(chunks.digests);
  for (const { digest, bytes } of first) {
    expect(digestOf(bytes)).toBe(digest);
    if (bytes.byteLength > 0) {
      for (const { Hash } of decode(bytes).Links) {
        expect(known.has(Buffer.from(Hash.multihash.digest).toString('hex'))).toBe(true);
      }
    }
    known.add(digest);
  }
  // 3 nodes of up to 1,024 links, their root, the empty block, the folder and the root folder.
  expect(first.length).toBe(7);
});

test('a tree of one file of one chunk is a folder with one link to the chunk', () => {
  const { files, chunks } = layOut({ a: [7] });
  const [only, ...others] = buildContent(files, chunks).blocks;
  expect(others).toEqual([]);
  expect(decode(only!.bytes).Links.map(({ Name, Tsize }) => [Name, Tsize])).toEqual([['a', 7]]);
});

test('a folder that outgrows 1 MiB has no content', () => {
  const names = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${'x'.repeat(200)}${i}`, [1]]));
  const fits = layOut(names(4_000));
  expect(buildContent(fits.files, fits.chunks).root).not.toBeNull();
  const { files, chunks } = layOut(names(4_300));
  const { root, blocks } = buildContent(files, chunks);
  expect(root).toBeNull();
  expect([...blocks]).toEqual([]);
});

test('above 1,024 × 1,024 chunks the tree has three levels, filled from the left', () => {
  const chunks = new ChunkList();
  const count = 1_024 * 1_024 + 1;
  const digest = digestOf(ZEROS);
  for (let i = 0; i < count; i += 1) chunks.push(digest, 1);
  const file = { path: parseSafePath('a'), size: count, first: 0, count };
  const [folder, root, ...below] = [...buildContent([file], chunks).blocks].slice(-5).reverse();
  expect(decode(folder!.bytes).Links.length).toBe(1);
  const levels = [root, ...below].map((block) => decode(block!.bytes));
  // From the end: the root, the node above the last chunk's own, the full subtree, the last chunk's own node.
  expect(levels.map(({ Links }) => Links.length)).toEqual([2, 1, 1_024, 1]);
  expect(levels[0]!.Data).toEqual(
    Uint8Array.of(8, 2, 0x18, 0x81, 0x80, 0x40, 0x20, 0x80, 0x80, 0x40, 0x20, 1),
  );
});
