/** A real Kubo whose answers somebody on the way breaks. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { BallastError } from '../../src/errors.ts';
import { cidText, RAW } from '../../src/ids/cid.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { DigestList } from '../../src/ids/digest-list.ts';
import { KuboStore } from '../../src/stores/kubo/store.ts';
import { blockTarget } from '../../src/testing/faults/block-origin.ts';
import { faultMix } from '../../src/testing/faults/mix.ts';
import { FaultServer, type Script } from '../../src/testing/faults/server.ts';
import { upstream } from '../../src/testing/faults/upstream.ts';
import { findKubo, type KuboNode, startKubo } from '../../src/testing/nodes/kubo.ts';
import { randomBlocks, randomManifest } from '../../src/testing/samples/blocks.ts';
import { put } from '../../src/testing/samples/put.ts';

const binary = findKubo();
const READS = 120;

describe.skipIf(binary === null)('a real Kubo behind a proxy that breaks answers', () => {
  let node: KuboNode;
  beforeAll(async () => {
    node = await startKubo(binary!);
  });
  afterAll(() => node?.close());

  /** A store whose RPC, and whose gateway, are reached by proxies. */
  async function behind(rpc: Script, gateway: Script): Promise<{ store: KuboStore; proxies: FaultServer[] }> {
    const proxies = [
      await FaultServer.start(upstream(node.api), { script: rpc }),
      await FaultServer.start(upstream(node.gateway), { script: gateway }),
    ];
    const [api, other] = proxies.map(({ url }) => url);
    const store = new KuboStore({ api: api!, gateway: other });
    onTestFinished(async () => {
      await store.close();
      for (const proxy of proxies) await proxy.close();
    });
    return { store, proxies };
  }

  const never: Script = () => null;

  test('A1, A2, A4, A5, A8, A9, A13, A15, A16: gives right bytes, others, or an error of its class', async () => {
    const blocks = randomBlocks(8, 50_000);
    const writer = new KuboStore(node);
    await put(writer, blocks);
    await writer.close();
    const others = blocks.map(({ digest }) => blockTarget(cidText(digest, RAW)));
    const kinds = [
      'append',
      'bomb',
      'cut',
      'flip',
      'header',
      'inf',
      'range',
      'rst',
      'status',
      'surplus',
      'swap',
    ] as const;
    const { store, proxies } = await behind(never, faultMix({ seed: 6, rate: 0.5, others, kinds }));
    const seen: Record<string, number> = {};
    for (let read = 0; read < READS; read += 1) {
      const { digest, bytes } = blocks[read % blocks.length]!;
      const into = new Uint8Array(bytes.byteLength + 8_192);
      const came = await store.read([digest], [into]).then(
        ([length]) => (digestOf(into.subarray(0, length)) === digest ? 'right' : 'wrong'),
        (error: unknown) => (error instanceof BallastError ? error.code : String(error)),
      );
      seen[came] = (seen[came] ?? 0) + 1;
    }
    const allowed = ['CHUNK_CORRUPT', 'CHUNK_MISSING', 'STORE_UNREACHABLE', 'right', 'wrong'];
    expect(Object.keys(seen).filter((came) => !allowed.includes(came))).toEqual([]);
    expect(Object.keys(seen).length).toBeGreaterThan(2);
    const injected = Object.values(proxies[1]!.injected).reduce((sum, count) => sum + count, 0);
    expect(READS - (seen.right ?? 0)).toBeLessThanOrEqual(injected);
    expect(seen.right).toBeGreaterThan(READS / 4);
  });

  test('A15, A21: an import that is cut, refused or only said to be taken is no write, and the next one is', async () => {
    const blocks = [...randomBlocks(4, 300_000), randomManifest()];
    const faults: Script[] = [
      () => ({ kind: 'rst', at: 'head' }),
      () => ({ kind: 'status', status: 500, body: '{"Message":"no","Code":0}' }),
      () => ({ kind: 'lie', body: '{"Stats":{"BlockCount":0,"BlockBytesCount":0}}\n' }),
    ];
    for (const fault of faults) {
      const { store } = await behind(
        (asked) => (asked.target.includes('dag/import') ? fault(asked) : null),
        never,
      );
      const session = await store.open();
      await expect(session.write(blocks).then(() => session.seal())).rejects.toBeInstanceOf(BallastError);
      await session.abort();
      expect(await store.has(blocks.map(({ digest }) => digest))).not.toContain(true);
    }
    const { store } = await behind(never, never);
    await put(store, blocks);
    const all = DigestList.of(blocks.map(({ digest }) => digest));
    expect(await store.protect(blocks.at(-1)!.digest, all)).toEqual([]);
  });
});
