/** P11: what a store says of itself is no proof; a release is registered once its bytes came back. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { cidText, RAW } from '../../src/ids/cid.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import type { Origin, Script } from '../../src/testing/faults/server.ts';
import { FaultServer } from '../../src/testing/faults/server.ts';
import { upstream } from '../../src/testing/faults/upstream.ts';
import { findKubo, type KuboNode, startKubo } from '../../src/testing/nodes/kubo.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { testFolder } from './process.ts';

const kuboBinary = findKubo();
let kubo: KuboNode;

/** A model of one chunk, for a node that the test stands before. */
async function before(origin: Origin, script?: Script) {
  const server = await FaultServer.start(origin, { script });
  const folder = await testFolder();
  const bytes = Buffer.alloc(3_000, folder);
  const source = await writeTree(join(folder, 'model'), { 'weights.bin': bytes });
  const { hostname: host, port } = new URL(server.url);
  const ipfs = { host, port: Number(port), protocol: 'http' as const };
  const storage = new ModelStorageManager({ home: join(folder, 'home'), ipfs, stores: ['kubo'] });
  onTestFinished(async () => {
    await storage.close();
    await server.close();
  });
  const chunk = cidText(digestOf(bytes), RAW);
  return { server, storage, source, chunk };
}

/** Nothing is registered; once the node is honest, the same call goes through. */
async function expectNothing(
  { server, storage, source }: Awaited<ReturnType<typeof before>>,
  error: object,
): Promise<void> {
  await expect(storage.storeModel(source, 'm')).rejects.toMatchObject(error);
  expect(await storage.listModels()).toEqual([]);
  server.script = () => null;
  honest = true;
  expect(await storage.storeModel(source, 'm')).toMatchObject({ version: '1', transactions: 2 });
  expect(await storage.verifyModel('m')).toMatchObject({ ok: true });
}

let honest: boolean;

describe.skipIf(kuboBinary === null)('a Kubo that says it has what it was given', () => {
  beforeAll(async () => {
    kubo = await startKubo(kuboBinary!);
  });
  afterAll(() => kubo?.close());

  const isRead = (target: string, chunk: string) =>
    target.startsWith('/api/v0/block/get') && target.includes(chunk);

  test('A21: and has dropped a chunk: nothing is registered', async () => {
    const absent =
      '{"Message":"block was not found locally (offline): ipld: could not find it","Code":0,"Type":"error"}';
    const lying = await before(upstream(kubo.api));
    lying.server.script = ({ target }) =>
      isRead(target, lying.chunk) ? { kind: 'status', status: 500, body: absent } : null;
    await expectNothing(lying, { code: 'PROTECT_FAILED', exit: 5 });
  });

  test('A21: and has kept half of a chunk: nothing is registered', async () => {
    honest = false;
    const node = upstream(kubo.api);
    const lying = await before(async (asked) => {
      const answer = await node(asked);
      if (honest || !isRead(asked.target, lying.chunk)) return answer;
      return { ...answer, body: answer.body.subarray(0, answer.body.byteLength >> 1) };
    });
    await expectNothing(lying, { code: 'STORE_CORRUPT', exit: 4 });
  });

  test('A27: that it pins what is not there: only bytes count', async () => {
    honest = false;
    let pinned = false;
    const node = upstream(kubo.api);
    const lying = await before(async (asked) => {
      const answer = await node(asked);
      const [call] = asked.target.slice('/api/v0/'.length).split('?');
      if (honest) return answer;
      if (call === 'pin/add') {
        pinned = true;
        await kubo.ipfs('pin', 'rm', new URL(asked.target, kubo.api).searchParams.get('arg') ?? '');
      }
      // As if it were collected at once, also when it comes again.
      if (pinned && (call === 'pin/add' || call === 'dag/import'))
        await kubo.ipfs('block', 'rm', '--force', lying.chunk);
      const has = pinned && call === 'refs/local' ? `{"Ref":"${lying.chunk}","Err":""}\n` : '';
      return { ...answer, body: Buffer.concat([answer.body, Buffer.from(has)]) };
    });
    await expectNothing(lying, { code: 'PROTECT_FAILED', exit: 5 });
  });
});
