import { encode } from '@ipld/dag-cbor';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { cidOf, cidText, DAG_CBOR, RAW } from '../../src/ids/cid.ts';
import { type Digest, digestOf } from '../../src/ids/digest.ts';
import { DigestList } from '../../src/ids/digest-list.ts';
import type { Block } from '../../src/interfaces.ts';
import { KuboStore } from '../../src/stores/kubo/store.ts';
import { flipByte } from '../../src/testing/disk/flip-byte.ts';
import { findKubo, type KuboNode, startKubo } from '../../src/testing/nodes/kubo.ts';
import { randomBlock, randomBlocks } from '../../src/testing/samples/blocks.ts';
import { put } from '../../src/testing/samples/put.ts';

const binary = findKubo();

describe.skipIf(binary === null)('a real Kubo (KUBO_BIN or ipfs on PATH)', () => {
  let node: KuboNode;
  let store: KuboStore;
  beforeAll(async () => {
    node = await startKubo(binary!);
    store = new KuboStore(node);
  });
  afterAll(() => node?.close());

  test('has sent a large block once its write has ended', async () => {
    const blocks = randomBlocks(40, 1024 * 1024);
    const slots = Array.from({ length: 4 }, () => new Uint8Array(1024 * 1024));
    const session = await store.open();
    await Promise.all(
      slots.map(async (slot, lane) => {
        for (let i = lane; i < blocks.length; i += slots.length) {
          slot.set(blocks[i]!.bytes);
          await session.write([{ digest: blocks[i]!.digest, bytes: slot }]);
          slot.fill(0);
        }
      }),
    );
    // The daemon checks each hash and counts the blocks, so that a slot reused too early would fail here.
    await session.seal();
  });

  test('pins what it protects, and only that survives a collection', async () => {
    const release = releaseOf(randomBlocks(5, 3000));
    const [lost, ...rest] = release.blocks;
    await put(store, release.blocks);
    await node.ipfs('repo', 'gc');
    expect(await store.protect(release.manifest, release.digests)).toEqual(
      release.blocks.map((b) => b.digest),
    );
    await put(store, rest);
    expect(await store.protect(release.manifest, release.digests)).toEqual([lost!.digest]);
    await put(store, [lost!]);
    expect(await store.protect(release.manifest, release.digests)).toEqual([]);
    const loose = randomBlock(2000);
    await put(store, [loose]);
    await node.ipfs('repo', 'gc');
    expect(await store.has([...release.digests, loose.digest])).toEqual(
      [...release.digests].map(() => true).concat(false),
    );
    expect(await pins(node)).toContain(cidText(release.manifest, DAG_CBOR));
  });

  test('keeps the pin of a release of which a block was lost', async () => {
    const release = releaseOf(randomBlocks(3, 3000));
    await publish(store, release);
    const lost = release.blocks[0]!;
    await removeUnderPin(node, lost.digest);
    expect(await store.protect(release.manifest, release.digests)).toEqual([lost.digest]);
    expect(await pins(node)).toContain(cidText(release.manifest, DAG_CBOR));
    await put(store, [lost]);
    expect(await store.protect(release.manifest, release.digests)).toEqual([]);
  });

  test('replaces a rotten chunk of two releases and never unpins them', async () => {
    const shared = randomBlock(100_000);
    const releases = [releaseOf([shared, randomBlock(10)]), releaseOf([shared, randomBlock(11)])];
    for (const release of releases) await publish(store, release);
    await flipByte(node.blockFile(shared.digest), 5);
    expect(await readRight(store, shared)).toBe(false);
    await store.replace(shared.digest, shared.bytes);
    expect(await readRight(store, shared)).toBe(true);
    for (const { manifest } of releases) expect(await pins(node)).toContain(cidText(manifest, DAG_CBOR));
  });

  test('replaces a manifest so rotten that the daemon can no longer check its pins', async () => {
    const release = releaseOf(randomBlocks(2, 3000));
    const manifest = release.blocks.at(-1)!;
    await publish(store, release);
    const chunk = release.blocks[0]!;
    await flipByte(node.blockFile(manifest.digest), 0);
    await flipByte(node.blockFile(chunk.digest), 7);
    await store.replace(manifest.digest, manifest.bytes);
    expect(await readRight(store, manifest)).toBe(true);
    expect(await store.has([chunk.digest])).toEqual([false]);
    await put(store, [chunk]);
    expect(await readRight(store, chunk)).toBe(true);
    expect(await pins(node)).toContain(cidText(release.manifest, DAG_CBOR));
    expect(await store.protect(release.manifest, release.digests)).toEqual([]);
  });

  test('names the daemon that is gone, and the next session completes what a kill cut off', async () => {
    const blocks = randomBlocks(64, 1024 * 1024);
    const cut = await store.open();
    await cut.write(blocks.slice(0, 8));
    await node.kill();
    const unreachable = { code: 'STORE_UNREACHABLE', exit: 5 };
    await expect(
      Promise.all(blocks.map((block) => cut.write([block]))).then(() => cut.seal()),
    ).rejects.toMatchObject(unreachable);
    await cut.abort();
    await expect(store.open()).rejects.toMatchObject(unreachable);
    await expect(store.has([blocks[0]!.digest])).rejects.toMatchObject(unreachable);
    await expect(readRight(store, blocks[0]!)).rejects.toMatchObject(unreachable);
    await expect(store.replace(blocks[0]!.digest, blocks[0]!.bytes)).rejects.toMatchObject(unreachable);

    await node.restart();
    store = new KuboStore(node);
    await put(store, blocks);
    expect(await Promise.all(blocks.map((block) => readRight(store, block)))).not.toContain(false);
  });
});

describe.skipIf(binary === null)('a real Kubo that is online and alone', () => {
  test('is not waited for when no peer has the block', async () => {
    const node = await startKubo(binary!, true);
    onTestFinished(() => node.close());
    const { digest } = randomBlock(10);
    for (const gateway of [node.gateway, undefined]) {
      const store = new KuboStore({ api: node.api, gateway, deadlines: { headersMs: 700 } });
      const reading = store.read([digest], [new Uint8Array(10)]);
      await expect(reading).rejects.toMatchObject({ code: 'CHUNK_MISSING', exit: 3 });
      expect(await store.has([digest])).toEqual([false]);
    }
  });
});

interface TestRelease {
  readonly manifest: Digest;
  readonly blocks: readonly Block[];
  readonly digests: DigestList;
}

/** Chunks and a DAG-CBOR block that names them, last. */
function releaseOf(chunks: readonly Block[]): TestRelease {
  const bytes = encode({ chunks: chunks.map(({ digest }) => cidOf(digest, RAW)) });
  const manifest = digestOf(bytes);
  const blocks = [...chunks, { digest: manifest, bytes }];
  return { manifest, blocks, digests: DigestList.of(blocks.map(({ digest }) => digest)) };
}

async function publish(store: KuboStore, release: TestRelease): Promise<void> {
  await put(store, release.blocks);
  expect(await store.protect(release.manifest, release.digests)).toEqual([]);
}

async function readRight(store: KuboStore, { digest, bytes }: Block): Promise<boolean> {
  const into = new Uint8Array(bytes.byteLength);
  const [length] = await store.read([digest], [into]);
  return digestOf(into.subarray(0, length)) === digest;
}

function pins(node: KuboNode): Promise<string> {
  return node.ipfs('pin', 'ls', '--type=recursive', '--quiet');
}

/** The pins stay: under a codec that none of them names the daemon lets go of the block. */
async function removeUnderPin(node: KuboNode, digest: Digest): Promise<void> {
  await node.ipfs('block', 'rm', cidText(digest, DAG_CBOR));
}
