import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DigestMap } from '../../src/ids/digest-map.ts';
import { KuboSession } from '../../src/stores/kubo/session.ts';
import { KuboStore } from '../../src/stores/kubo/store.ts';
import { findKubo, type KuboNode, startKubo } from '../../src/testing/nodes/kubo.ts';
import { randomBlocks } from '../../src/testing/samples/blocks.ts';
import { HttpClient } from '../../src/transport/client.ts';
import { parseEndpoint } from '../../src/transport/endpoint.ts';

const binary = findKubo();
const MiB = 1024 * 1024;

describe.skipIf(binary === null)('a write session on a real Kubo (KUBO_BIN or ipfs on PATH)', () => {
  let node: KuboNode;
  let store: KuboStore;
  beforeAll(async () => {
    node = await startKubo(binary!);
    store = new KuboStore(node);
  });
  afterAll(() => node?.close());

  test('goes on in the next CAR where one is full', async () => {
    const imports = new HttpClient(parseEndpoint(node.api, 'api'), { connections: null });
    const session = new KuboSession(imports, new DigestMap(), 4 * MiB);
    const blocks = randomBlocks(50, 700_000);
    await Promise.all(blocks.map((block) => session.write([block])));
    await session.seal();
    expect(await store.has(blocks.map(({ digest }) => digest))).toEqual(blocks.map(() => true));
    await imports.close();
  });

  test('refuses wrong bytes for the whole session and says so in each call', async () => {
    const [good, bad] = randomBlocks(2, 100_000);
    const session = await store.open();
    const ends = await session
      .write([{ digest: good!.digest, bytes: bad!.bytes }])
      .then(() => session.seal())
      .catch((error: unknown) => error);
    expect(ends).toMatchObject({ code: 'CHUNK_CORRUPT', exit: 4 });
    await expect(session.write([good!])).rejects.toBe(ends);
    await session.abort();
  });

  test('ends at once when a write is stopped half way', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped on request');
    const session = await store.open();
    const blocks = randomBlocks(64, MiB);
    const writes = blocks.map((block, i) => session.write([block], i === 63 ? { signal: stop.signal } : {}));
    stop.abort(reason);
    const ends = await Promise.allSettled(writes);
    expect(ends.at(-1)).toEqual({ status: 'rejected', reason });
    await expect(session.seal()).rejects.toBe(reason);
  });

  test('waits for its publisher longer than for the daemon', async () => {
    const patient = new KuboStore({ ...node, deadlines: { headersMs: 200, idleMs: 200, totalMs: 2000 } });
    const [first, second] = randomBlocks(2, MiB);
    const session = await patient.open();
    await session.write([first!]);
    for (const begun = performance.now(); performance.now() < begun + 500; )
      expect(await store.has([second!.digest])).toEqual([false]);
    await session.write([second!]);
    await session.seal();
  });

  test('leaves ten at once room for every other call', async () => {
    const sessions = await Promise.all(Array.from({ length: 10 }, () => store.open()));
    const blocks = randomBlocks(10, 1000);
    await Promise.all(sessions.map((session, i) => session.write([blocks[i]!])));
    expect(await store.has(randomBlocks(2, 10).map(({ digest }) => digest))).toEqual([false, false]);
    await Promise.all(sessions.map((session) => session.seal()));
    expect(await store.has(blocks.map(({ digest }) => digest))).toEqual(blocks.map(() => true));
  });
});
