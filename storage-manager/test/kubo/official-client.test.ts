/** What we do to a node through a client of our own, as IPFS's own client sees it. */
import { create, type KuboRPCClient } from 'kubo-rpc-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cidOf, DAG_CBOR, RAW } from '../../src/ids/cid.ts';
import { DigestList } from '../../src/ids/digest-list.ts';
import { KuboStore } from '../../src/stores/kubo/store.ts';
import { findKubo, type KuboNode, startKubo } from '../../src/testing/nodes/kubo.ts';
import { randomBlock, randomManifest } from '../../src/testing/samples/blocks.ts';
import { put } from '../../src/testing/samples/put.ts';

const binary = findKubo();

describe.skipIf(binary === null)('for kubo-rpc-client', () => {
  let node: KuboNode;
  let client: KuboRPCClient;
  beforeAll(async () => {
    node = await startKubo(binary!);
    client = create({ url: node.api });
  });
  afterAll(() => node?.close());

  test('a block that was written is there, byte for byte, and pinned with its manifest', async () => {
    const store = new KuboStore(node);
    const [block, manifest] = [randomBlock(300_000), randomManifest()];
    await put(store, [block, manifest]);
    expect(await store.protect(manifest.digest, DigestList.of([manifest.digest]))).toEqual([]);
    const got = await client.block.get(cidOf(block.digest, RAW));
    expect(Buffer.compare(got, block.bytes)).toBe(0);
    const pins = await Array.fromAsync(client.pin.ls({ type: 'recursive' }), ({ cid }) => cid.toString());
    expect(pins).toContain(cidOf(manifest.digest, DAG_CBOR).toString());
    await store.close();
  });

  test('a block that it has written is read, checked and held', async () => {
    const store = new KuboStore(node);
    const block = randomBlock(100_000);
    await client.block.put(block.bytes, { format: 'raw', mhtype: 'sha2-256' });
    const into = new Uint8Array(100_000);
    expect(await store.read([block.digest], [into])).toEqual([100_000]);
    expect(Buffer.compare(into, block.bytes)).toBe(0);
    expect(await store.has([block.digest])).toEqual([true]);
    await store.close();
  });
});
