import { describe, expect, onTestFinished, test } from 'vitest';
import { BallastError } from '../../src/errors.ts';
import { DigestList } from '../../src/ids/digest-list.ts';
import { ordered } from '../../src/sources/ordered.ts';
import { KuboStore } from '../../src/stores/kubo/store.ts';
import { openEvilKubo, said } from '../../src/testing/faults/evil-kubo.ts';
import type { HttpFault } from '../../src/testing/faults/fault.ts';
import type { Origin } from '../../src/testing/faults/server.ts';
import { MemoryStore } from '../../src/testing/memory/store.ts';
import { randomBlock } from '../../src/testing/samples/blocks.ts';
import { startEvilKubo } from './evil-kubo.ts';

const block = randomBlock(200_000);
const HELD: Origin = () => said('{"Key":"k","Size":1}\n');
const raw: Origin = () => ({ status: 200, headers: {}, body: block.bytes });

/** The error of `work`, which must come within the deadlines, say what to do, and tell no password. */
async function failureOf(work: () => Promise<unknown>): Promise<BallastError> {
  const began = performance.now();
  const error = await work().then(
    () => expect.fail('it must fail'),
    (reason: unknown) => reason,
  );
  expect(performance.now() - began).toBeLessThan(6000);
  if (!(error instanceof BallastError)) throw error;
  expect(error.next).not.toBe('');
  expect(error.message.length).toBeLessThan(1000);
  expect(`${error.stack}${JSON.stringify(error)}${String(error.cause)}`).not.toContain('canary-secret');
  return error;
}

const page = (status: number, body = '', headers = {}): HttpFault => ({
  kind: 'status',
  status,
  headers,
  body,
});

const READS: readonly (readonly [string, string, HttpFault | Origin])[] = [
  ['A5: an endless body', 'CHUNK_CORRUPT', { kind: 'inf' }],
  [
    'A4: one byte too many',
    'CHUNK_CORRUPT',
    () => ({ status: 200, headers: {}, body: Buffer.alloc(200_001) }),
  ],
  ['A10: a redirect', 'STORE_UNREACHABLE', { kind: 'redirect', to: '/elsewhere' }],
  ['A8: a gzip body', 'STORE_UNREACHABLE', { kind: 'bomb', encoding: 'gzip', unfolds: 1 }],
  ['A7: nothing at all', 'STORE_UNREACHABLE', { kind: 'stall', at: 'head' }],
  ['A15: a reset', 'STORE_UNREACHABLE', { kind: 'rst', at: 'head' }],
  ['A9: a head of 20 KiB', 'STORE_UNREACHABLE', { kind: 'header', bomb: 'long' }],
  ['404', 'CHUNK_MISSING', page(404, 'not found')],
  ['504', 'CHUNK_MISSING', page(504, 'no provider')],
  ['A14: 429', 'STORE_UNREACHABLE', page(429, '', { 'retry-after': '999999' })],
  ['A25: an endless error text', 'STORE_UNREACHABLE', { kind: 'inf', status: 500 }],
];

test('A20: a daemon whose disk is full, or that says so, is one source that fails', async () => {
  const full = said('{"Message":"write /repo/x: no space left on device","Code":0}\n', 500);
  const server = await openEvilKubo({ 'block/get': () => full, 'block/stat': HELD });
  const store = new KuboStore({ api: server.url });
  onTestFinished(async () => {
    await store.close();
    await server.close();
  });
  const good = new MemoryStore('good');
  good.blocks.set(block.digest, block.bytes);
  const room = new Uint8Array(200_000);
  const read = () => ordered([store, good]).read([block.digest], [room]);
  expect(await read()).toEqual([200_000]);
  good.blocks.clear();
  expect(await failureOf(read)).toMatchObject({
    ...{ code: 'SOURCES_EXHAUSTED', was: expect.stringContaining('no space left on device') },
  });
});

describe('a gateway that answers a read with', () => {
  test.each(READS)('%s is %s', async (_name, code, answer) => {
    const { store, server } = await startEvilKubo({ '/ipfs/': answer, 'block/stat': HELD });
    const error = await failureOf(() => store.read([block.digest], [new Uint8Array(200_000)]));
    expect(error.code).toBe(code);
    expect(error.message).toContain(block.digest);
    expect(server.seen.filter(({ target }) => target === '/elsewhere')).toEqual([]);
    expect(server.seen[0]?.headers).toMatchObject({
      'accept-encoding': 'identity',
      authorization: `Basic ${Buffer.from('someone:canary-secret').toString('base64')}`,
    });
  });

  test('nothing ends as soon as its signal is aborted, and leaves the buffer alone', async () => {
    const reason = new Error('stopped on request');
    const stop = new AbortController();
    const late = Promise.withResolvers<void>();
    const { store } = await startEvilKubo({
      async '/ipfs/'(asked) {
        stop.abort(reason);
        await late.promise;
        return raw(asked);
      },
    });
    const into = new Uint8Array(200_000);
    await expect(store.read([block.digest], [into], { signal: stop.signal })).rejects.toBe(reason);
    late.resolve();
    expect(into.every((byte) => byte === 0)).toBe(true);
  });
});

const ONE = '{"Ref":"bafkreiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354","Err":""}\n';

const LISTINGS: readonly (readonly [string, HttpFault | Origin])[] = [
  ['A25: a line without end', { kind: 'inf' }],
  ['A25: a line that is no JSON', page(200, '<html>sign in</html>\n')],
  ['a line of something else', page(200, '{"Ref":{"a":1}}\n')],
  ['an error in a line', page(200, '{"Ref":"","Err":"datastore closed"}\n')],
  [
    'A25: an error in the trailer of a 200',
    () => ({ ...said(ONE), trailers: { 'X-Stream-Error': 'context canceled' } }),
  ],
  ['A7: nothing', { kind: 'stall', at: 'head' }],
];

describe('a daemon that answers refs/local with', () => {
  test.each(LISTINGS)('%s is STORE_UNREACHABLE', async (_name, answer) => {
    const { store } = await startEvilKubo({ 'refs/local': answer });
    expect(await failureOf(() => store.open())).toMatchObject({ code: 'STORE_UNREACHABLE', exit: 5 });
  });
});

test('A7: a mute daemon is found out before it is asked for its list, which has a minute to begin', async () => {
  const { store } = await startEvilKubo({
    'block/stat': { kind: 'stall', at: 'head' },
    'refs/local': () => said(ONE),
  });
  expect(await failureOf(() => store.open())).toMatchObject({
    code: 'STORE_UNREACHABLE',
    message: expect.stringContaining('must answer with the list of its blocks'),
  });
});

const STATS = '{"Stats":{"BlockCount":0,"BlockBytesCount":0}}\n';

const IMPORTS: readonly (readonly [string, string, HttpFault | Origin])[] = [
  ['A21: a yes for nothing', 'STORE_UNREACHABLE', { kind: 'lie', body: STATS }],
  ['A21: a yes before it has read', 'STORE_UNREACHABLE', page(200, STATS)],
  ['A7: no word', 'STORE_UNREACHABLE', { kind: 'stall', at: 'head' }],
  ['A7: a closed ear', 'STORE_UNREACHABLE', { kind: 'stall', at: 'request' }],
  ['A15: a reset', 'STORE_UNREACHABLE', { kind: 'rst', at: 'head' }],
  [
    'a full disk',
    'DISK_FULL',
    async ({ body }) => {
      await body();
      return said('{"Message":"import failed: write /b: no space left on device","Code":0}\n', 500);
    },
  ],
];

describe('a daemon that answers dag/import with', () => {
  test.each(IMPORTS)('%s fails the session: %s', async (_name, code, answer) => {
    const { store } = await startEvilKubo({ 'dag/import': answer });
    const session = await store.open();
    const blocks = Array.from({ length: 16 }, () => randomBlock(1024 * 1024));
    const error = await failureOf(async () => {
      await Promise.all(blocks.map((each) => session.write([each])));
      await session.seal();
    });
    expect(error.code).toBe(code);
    await expect(session.write([block])).rejects.toBe(error);
    await expect(session.seal()).rejects.toBe(error);
    await session.abort();
  });
});

test('a daemon that never answers a pin is PROTECT_FAILED', async () => {
  const { digest } = randomBlock(10);
  const { store } = await startEvilKubo({
    'pin/ls': () => said('{"Message":"path is not pinned"}', 500),
    'pin/add': { kind: 'stall', at: 'head' },
  });
  expect(await failureOf(() => store.protect(digest, new DigestList()))).toMatchObject({
    code: 'PROTECT_FAILED',
  });
});

test('A7: a daemon that never answers block/rm, or redirects it, is given up', async () => {
  for (const fault of [
    { kind: 'stall', at: 'head' },
    { kind: 'redirect', to: '/api/v0/shutdown' },
  ] as const) {
    const { store, server } = await startEvilKubo({ 'block/rm': fault });
    const replacing = failureOf(() => store.replace(block.digest, block.bytes));
    expect(await replacing).toMatchObject({ code: 'STORE_UNREACHABLE' });
    expect(server.seen).toHaveLength(1);
  }
});
