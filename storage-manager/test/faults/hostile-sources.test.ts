/** What takes more than one fault, or more than one gateway, to be seen. */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { KuboStore } from '../../src/stores/kubo/store.ts';
import { blockOrigin } from '../../src/testing/faults/block-origin.ts';
import type { HttpFault } from '../../src/testing/faults/fault.ts';
import { FaultServer, type Script } from '../../src/testing/faults/server.ts';
import { treeDigests } from '../../src/testing/samples/trees.ts';
import { carry, honest, openScene, withChunks } from './open-scene.ts';

let scene: Awaited<ReturnType<typeof openScene>>;
beforeAll(async () => {
  scene = await openScene(3);
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Fetches from gateways that do so. @returns what came of it, an error too */
async function fetchFrom(way: 'near' | 'far', ...scripts: readonly Script[]) {
  const { servers, sources, destination } = await carry(scene, scripts);
  const result = await scene.fetch(way, sources, destination).catch((error: unknown) => error);
  const right =
    JSON.stringify(await treeDigests(destination).catch(() => null)) === JSON.stringify(scene.tree);
  return { servers, result, right };
}

const lie = (): Script => withChunks(scene, () => ({ kind: 'flip', at: 'middle' }));

test('A16: another chunk of the same model, or one of an older version, is no chunk', async () => {
  for (const swapped of scene.targets) {
    const swap: Script = ({ target }) => (target === swapped ? null : { kind: 'swap', target: swapped });
    const alone = await fetchFrom('near', withChunks(scene, swap));
    expect(alone.result).toMatchObject({ code: 'CHUNK_CORRUPT', exit: 4 });
    expect(alone.right).toBe(false);
  }
  const everywhere: Script = ({ target }) => ({
    kind: 'swap',
    target: scene.targets.find((other) => other !== target)!,
  });
  expect(await fetchFrom('far', everywhere, honest)).toMatchObject({ right: true });
});

test('A17: an archive of blocks is no block, whatever its head promises', async () => {
  const endless = Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]).toString(
    'latin1',
  );
  const header = Buffer.from('3aa265726f6f7473f66776657273696f6e01', 'hex').toString('latin1');
  for (const body of [endless, header, header + endless, `${header}\x22\x12\x20garbage`]) {
    const archive: HttpFault = {
      kind: 'status',
      status: 200,
      headers: { 'content-type': 'application/vnd.ipld.car' },
      body,
    };
    const { result } = await fetchFrom(
      'near',
      withChunks(scene, () => archive),
    );
    expect(result).toMatchObject({ code: 'CHUNK_CORRUPT', exit: 4 });
    expect(await fetchFrom('far', () => archive, honest)).toMatchObject({ right: true });
  }
});

test('A20: two liars of three change nothing', async () => {
  const { right, result } = await fetchFrom('far', lie(), lie(), honest);
  expect(right).toBe(true);
  expect(result).toMatchObject([{ barred: true }, { barred: true }, { barred: false }]);
});

test.each(['near', 'far'] as const)('A20: three liars of three are named, %s', async (way) => {
  const { right, result } = await fetchFrom(way, lie(), lie(), lie());
  expect(right).toBe(false);
  expect(result).toMatchObject({ code: 'CHUNK_CORRUPT', exit: 4 });
  for (const place of [0, 1, 2]) expect(String(result)).toContain(`server ${place} sent`);
});

test('A23: tags and dates of an answer prove nothing, and nothing against it', async () => {
  const tagged = blockOrigin(scene.memory.blocks);
  const server = await FaultServer.start(async (asked) => {
    const { headers, ...answer } = await tagged(asked);
    const said = {
      etag: '"d41d8cd98f00b204e9800998ecf8427e-2"',
      'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
    };
    return { ...answer, headers: { ...headers, ...said, 'x-ipfs-path': '/ipfs/bafkqaaa' } };
  });
  onTestFinished(() => server.close());
  const { sources, destination } = await carry(scene, [honest]);
  sources[0]!.close();
  const store = new KuboStore({ api: server.url, gateway: server.url });
  onTestFinished(() => store.close());
  await scene.fetch('near', [store], destination);
  expect(await treeDigests(destination)).toEqual(scene.tree);
  for (const { headers } of server.seen)
    expect(Object.keys(headers).filter((name) => name.startsWith('if-') || name === 'range')).toEqual([]);
});

test('A22: who audits looks like who fetches: nothing tells one from the other', async () => {
  const server = await FaultServer.start(blockOrigin(scene.memory.blocks));
  const store = new KuboStore({ api: server.url, gateway: server.url });
  onTestFinished(async () => {
    await store.close();
    await server.close();
  });
  const looks = (): string[] => {
    const lines = server.seen.map(({ method, headers }) => `${method} ${JSON.stringify(headers)}`);
    server.seen.length = 0;
    return [...new Set(lines)];
  };
  const { destination } = await carry(scene, [honest]);
  await scene.fetch('near', [store], destination);
  const fetched = looks();
  expect(await scene.verify(store)).toBe(true);
  expect(looks()).toEqual(fetched);
  expect(fetched).toHaveLength(1);
  expect(fetched[0]).not.toContain('agent');
});

test("A28: an answer behind the answer is nobody's, and ends its connection", async () => {
  const surplus: Script = () => ({ kind: 'surplus' });
  const alone = await fetchFrom('near', surplus);
  expect(alone).toMatchObject({
    right: false,
    result: { code: 'SOURCES_EXHAUSTED', was: 'server 0: it sent more than one answer' },
  });
  const { right, result } = await fetchFrom('far', surplus, honest);
  expect({ right, result }).toMatchObject({ right: true, result: [{ wrong: 0 }, { wrong: 0 }] });
});

const BUSY: readonly (readonly [string, number, number | null])[] = [
  ['1', 1_000, 1_250],
  ['1000000000', 60_000, 60_000],
  ['1e9', 0, null],
  ['-1', 0, null],
  ['soon', 0, null],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0, null],
  ['Fri, 31 Dec 9999 23:59:59 GMT', 60_000, 60_000],
];

test.each([429, 503].flatMap((status) => BUSY.map((row) => [status, ...row] as const)))(
  'A14: %i with Retry-After %s is told as a wait from %i to %o ms, and nobody waits here',
  async (status, value, least, most) => {
    const busy: HttpFault = { kind: 'status', status, headers: { 'retry-after': value } };
    const { result } = await fetchFrom(
      'near',
      withChunks(scene, () => busy),
    );
    expect(result).toMatchObject({ code: 'SOURCES_EXHAUSTED', exit: 5 });
    const [{ retryAfterMs }] = (result as { attempts: { retryAfterMs: number | null }[] }).attempts as [
      { retryAfterMs: number | null },
    ];
    if (most === null) expect(retryAfterMs).toBeNull();
    else {
      expect(retryAfterMs).toBeGreaterThanOrEqual(least);
      expect(retryAfterMs).toBeLessThanOrEqual(most);
    }
  },
);
