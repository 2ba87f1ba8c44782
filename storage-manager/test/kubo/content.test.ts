import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChunkList } from '../../src/format/chunk-list.ts';
import { buildContent, type FileChunks } from '../../src/format/unixfs/build.ts';
import { cidText, DAG_PB } from '../../src/ids/cid.ts';
import { type Digest, digestOf } from '../../src/ids/digest.ts';
import { parseSafePath } from '../../src/ids/path.ts';
import type { Block } from '../../src/interfaces.ts';
import { KuboStore } from '../../src/stores/kubo/store.ts';
import { findKubo, type KuboNode, startKubo } from '../../src/testing/nodes/kubo.ts';
import { randomBlock, randomBlocks } from '../../src/testing/samples/blocks.ts';
import { put } from '../../src/testing/samples/put.ts';

const binary = findKubo();

describe.skipIf(binary === null)('a tree in a real Kubo (KUBO_BIN or ipfs on PATH)', () => {
  let node: KuboNode;
  let store: KuboStore;
  let folder: string;
  beforeAll(async () => {
    node = await startKubo(binary!);
    store = new KuboStore(node);
    folder = await mkdtemp(join(tmpdir(), 'ballast-content-'));
  });
  afterAll(async () => {
    await node?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('of chunks of any size is read back by `ipfs get`, byte for byte', async () => {
    // More leaves than one UnixFS node links to, of lengths that no chunker of Kubo would make.
    const leaves = Array.from({ length: 2500 }, (_, i) => randomBlock(1 + ((i * 2_654_435_761) % 4000)));
    const single = randomBlock(70_000);
    const tree = treeOf([
      ['empty.txt', []],
      ['folder/deep/model.bin', leaves],
      ['folder/single.bin', [single]],
    ]);
    await put(store, [...leaves, single, ...tree.blocks]);
    const out = join(folder, 'got');
    await node.ipfs('get', '-o', out, cidText(tree.root, DAG_PB));
    expect(await readFile(join(out, 'folder/deep/model.bin'))).toEqual(bytesOf(leaves));
    expect(await readFile(join(out, 'folder/single.bin'))).toEqual(bytesOf([single]));
    expect(await readFile(join(out, 'empty.txt'))).toEqual(Buffer.alloc(0));
  });

  test('of chunks of 1 MiB has the root that `ipfs add` gives it', async () => {
    const leaves = [...randomBlocks(5, 1024 * 1024), randomBlock(12_345)];
    await writeFile(join(folder, 'model.bin'), bytesOf(leaves));
    const flags = ['--chunker=size-1048576', '--raw-leaves', '--cid-version=1', '--max-file-links=1024'];
    const added = await node.ipfs('add', '-w', '-Q', ...flags, join(folder, 'model.bin'));
    const { root } = treeOf([['model.bin', leaves]]);
    expect(cidText(root, DAG_PB)).toBe(added.trim());
  });

  test('is read through a gateway that is called localhost', async () => {
    const block = randomBlock(100);
    await put(store, [block]);
    const gateway = node.gateway.replace('127.0.0.1', 'localhost');
    const into = new Uint8Array(100);
    await new KuboStore({ api: node.api, gateway }).read([block.digest], [into]);
    expect(into).toEqual(block.bytes);
  });
});

function treeOf(files: [string, Block[]][]): { root: Digest; blocks: Block[] } {
  const chunks = new ChunkList();
  const entries: FileChunks[] = files.map(([path, blocks]) => {
    const first = chunks.count;
    for (const { digest, bytes } of blocks) chunks.push(digest, bytes.byteLength);
    return { path: parseSafePath(path), size: bytesOf(blocks).byteLength, first, count: blocks.length };
  });
  const { root, blocks } = buildContent(entries, chunks);
  expect([...blocks].every(({ digest, bytes }) => digestOf(bytes) === digest)).toBe(true);
  return { root: root!, blocks: [...blocks] };
}

function bytesOf(blocks: readonly Block[]): Buffer {
  return Buffer.concat(blocks.map(({ bytes }) => bytes));
}
