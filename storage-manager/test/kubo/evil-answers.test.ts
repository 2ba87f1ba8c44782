import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { BallastError } from '../../src/errors.ts';
import { DigestList } from '../../src/ids/digest-list.ts';
import { randomBlock } from '../../src/testing/blocks.ts';
import { type Answer, drip, EvilKubo, endless, socketOf } from './evil-kubo.ts';

const block = randomBlock(200_000);
const PIECE = new Uint8Array(64 * 1024);

let evil: EvilKubo;
afterEach(() => evil.close());

/** The error of `work`, which must come within the deadlines, say what to do, and tell no password. */
async function failureOf(work: () => Promise<unknown>): Promise<BallastError> {
  const began = performance.now();
  const error = await work().then(
    () => expect.fail('it must fail'),
    (reason: unknown) => reason,
  );
  expect(performance.now() - began).toBeLessThan(2000);
  if (!(error instanceof BallastError)) throw error;
  expect(error.next).not.toBe('');
  expect(error.message.length).toBeLessThan(1000);
  expect(`${error.stack}${JSON.stringify(error)}${String(error.cause)}`).not.toContain('canary-secret');
  return error;
}

const READS: readonly [string, string, Answer][] = [
  ['an endless body', 'CHUNK_CORRUPT', (_, response) => endless(response, PIECE)],
  ['one byte too many', 'CHUNK_CORRUPT', (_, response) => response.end(new Uint8Array(200_001))],
  [
    'less than it announced',
    'STORE_UNREACHABLE',
    (_, response) => {
      response.writeHead(200, { 'content-length': 200_000 });
      response.write(block.bytes.subarray(0, 1000), () => socketOf(response).destroy());
    },
  ],
  [
    'a redirect',
    'STORE_UNREACHABLE',
    (_, response) => response.writeHead(307, { location: '/elsewhere' }).end(),
  ],
  [
    'a gzip body',
    'STORE_UNREACHABLE',
    (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(block.bytes)),
  ],
  ['nothing at all', 'STORE_UNREACHABLE', () => {}],
  [
    'a head and no body',
    'STORE_UNREACHABLE',
    (_, response) => response.writeHead(200, { 'content-length': 200_000 }).flushHeaders(),
  ],
  ['half a body', 'STORE_UNREACHABLE', (_, response) => response.write(block.bytes.subarray(0, 100_000))],
  ['a byte now and then', 'STORE_UNREACHABLE', (_, response) => drip(response)],
  ['a reset', 'STORE_UNREACHABLE', (_, response) => socketOf(response).resetAndDestroy()],
  [
    'a head of 20 KiB',
    'STORE_UNREACHABLE',
    (_, response) => response.writeHead(200, { 'x-long': 'x'.repeat(20 * 1024) }).end(block.bytes),
  ],
  ['no HTTP', 'STORE_UNREACHABLE', (_, response) => socketOf(response).end('SSH-2.0-none\r\n\r\n')],
  [
    'endless interim heads',
    'STORE_UNREACHABLE',
    (_, response) => endless(socketOf(response), Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n')),
  ],
  ['404', 'CHUNK_MISSING', (_, response) => response.writeHead(404).end('not found')],
  ['504', 'CHUNK_MISSING', (_, response) => response.writeHead(504).end('no provider')],
  ['429', 'STORE_UNREACHABLE', (_, response) => response.writeHead(429, { 'retry-after': '999999' }).end()],
  [
    'an endless error text',
    'STORE_UNREACHABLE',
    (_, response) => endless(response.writeHead(500), Buffer.from('x'.repeat(65_536))),
  ],
];

describe('a gateway that answers a read with', () => {
  test.each(READS)('%s is %s', async (_name, code, answer) => {
    evil = await EvilKubo.start(answer);
    const error = await failureOf(() => evil.store.read([block.digest], [new Uint8Array(200_000)]));
    expect(error.code).toBe(code);
    expect(error.message).toContain(block.digest);
    expect(evil.requests.filter(({ url }) => url === '/elsewhere')).toEqual([]);
    expect(evil.requests[0]?.headers).toMatchObject({
      'accept-encoding': 'identity',
      authorization: `Basic ${Buffer.from('someone:canary-secret').toString('base64')}`,
    });
  });

  test('nothing ends as soon as its signal is aborted, and leaves the buffer alone', async () => {
    let late: (() => void) | undefined;
    const reason = new Error('stopped on request');
    const stop = new AbortController();
    evil = await EvilKubo.start((_, response) => {
      late = () => response.end(block.bytes);
      stop.abort(reason);
    });
    const into = new Uint8Array(200_000);
    const reading = evil.store.read([block.digest], [into], { signal: stop.signal });
    await expect(reading).rejects.toBe(reason);
    late?.();
    expect(into.every((byte) => byte === 0)).toBe(true);
  });
});

const LISTINGS: readonly [string, Answer][] = [
  ['a line without end', (_, response) => endless(response, Buffer.from('{"Ref":"'.repeat(1000)))],
  ['a line that is no JSON', (_, response) => response.end('<html>sign in</html>\n')],
  ['a line of something else', (_, response) => response.end('{"Ref":{"a":1}}\n')],
  ['an error in a line', (_, response) => response.end('{"Ref":"","Err":"datastore closed"}\n')],
  [
    'an error in the trailer of a 200',
    (_, response) => {
      response.writeHead(200, { trailer: 'X-Stream-Error' });
      response.write('{"Ref":"bafkreiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354","Err":""}\n');
      response.addTrailers({ 'X-Stream-Error': 'context canceled' });
      response.end();
    },
  ],
  ['nothing', () => {}],
];

describe('a daemon that answers refs/local with', () => {
  test.each(LISTINGS)('%s is STORE_UNREACHABLE', async (_name, answer) => {
    evil = await EvilKubo.start(answer);
    expect(await failureOf(() => evil.store.open())).toMatchObject({ code: 'STORE_UNREACHABLE', exit: 5 });
  });
});

const STATS = '{"Stats":{"BlockCount":0,"BlockBytesCount":0}}\n';

const IMPORTS: readonly [string, string, Answer][] = [
  [
    'a yes for nothing',
    'STORE_UNREACHABLE',
    (request, response) => request.resume().on('end', () => response.end(STATS)),
  ],
  ['a yes before it has read', 'STORE_UNREACHABLE', (_, response) => response.end(STATS)],
  ['no word', 'STORE_UNREACHABLE', (request) => request.resume()],
  ['a closed ear', 'STORE_UNREACHABLE', (request) => request.pause()],
  ['a reset', 'STORE_UNREACHABLE', (_, response) => socketOf(response).resetAndDestroy()],
  [
    'a full disk',
    'DISK_FULL',
    (request, response) =>
      request.resume().on('end', () => {
        response.writeHead(500, { 'content-type': 'application/json' });
        response.end('{"Message":"import failed: write /b: no space left on device","Code":0}\n');
      }),
  ],
];

describe('a daemon that answers dag/import with', () => {
  test.each(IMPORTS)('%s fails the session: %s', async (_name, code, answer) => {
    evil = await EvilKubo.start((request, response) =>
      request.url?.startsWith('/api/v0/refs/local') ? response.end() : answer(request, response),
    );
    const session = await evil.store.open();
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
  evil = await EvilKubo.start((request, response) => {
    if (request.url?.startsWith('/api/v0/refs/local')) response.end();
    else if (request.url?.startsWith('/api/v0/pin/ls'))
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"Message":"path is not pinned"}');
  });
  expect(await failureOf(() => evil.store.protect(digest, new DigestList()))).toMatchObject({
    code: 'PROTECT_FAILED',
  });
});
