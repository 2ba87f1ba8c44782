import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { cidText, RAW } from '../../src/ids/cid.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { blockOrigin, blockTarget } from '../../src/testing/faults/block-origin.ts';
import type { HttpFault } from '../../src/testing/faults/fault.ts';
import { faultMix } from '../../src/testing/faults/mix.ts';
import { FaultServer, type FaultServerOptions } from '../../src/testing/faults/server.ts';
import { upstream } from '../../src/testing/faults/upstream.ts';
import { randomBlock } from '../../src/testing/samples/blocks.ts';

const block = randomBlock(1_000);
const other = randomBlock(1_000);
const target = blockTarget(cidText(block.digest, RAW));
const blocks = new Map([block, other].map(({ digest, bytes }) => [digest, bytes]));

async function start(options: FaultServerOptions): Promise<FaultServer> {
  const server = await FaultServer.start(blockOrigin(blocks), options);
  onTestFinished(() => server.close());
  return server;
}

/** All that comes back for one request, until `until` bytes are there or the connection ends. */
async function exchange({ url }: FaultServer, until: number): Promise<Buffer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  let got = Buffer.alloc(0);
  socket.on('data', (piece) => {
    got = Buffer.concat([got, piece]);
    if (got.byteLength >= until) socket.destroy();
  });
  await new Promise((ended) => socket.once('close', ended));
  return got;
}

const bodyOf = (answer: Buffer) => answer.subarray(answer.indexOf('\r\n\r\n') + 4);

const END = Number.POSITIVE_INFINITY;

/** What a client that believes everything would have. */
const INJECTED: readonly (readonly [HttpFault, (body: Buffer, all: Buffer) => boolean, number])[] = [
  [{ kind: 'pass' }, (body) => digestOf(body) === block.digest, 1_050],
  [{ kind: 'flip', at: 'last', bit: 3 }, (body) => body[999] === (block.bytes[999]! ^ 8), 1_050],
  [{ kind: 'cut', at: 0.5, framing: 'length' }, (body) => body.byteLength === 500, END],
  [
    { kind: 'cut', at: 0.5, framing: 'close' },
    (body, all) => body.byteLength === 500 && !all.includes('length'),
    END,
  ],
  [{ kind: 'append', bytes: 1 }, (body) => body.byteLength === 1_001, 1_050],
  [{ kind: 'inf' }, (body) => body.byteLength > 500_000, 600_000],
  [
    { kind: 'swap', target: blockTarget(cidText(other.digest, RAW)) },
    (body) => digestOf(body) === other.digest,
    1_050,
  ],
  [{ kind: 'rst', at: 'head' }, (_, all) => all.byteLength === 0, END],
  [{ kind: 'status', status: 429, headers: { 'retry-after': '1e9' } }, (_, all) => all.includes('429'), 20],
  [{ kind: 'header', bomb: 'many' }, (_, all) => all.toString('latin1').split('x-a').length > 10_000, 81_000],
  [{ kind: 'header', bomb: 'interim' }, (_, all) => !all.includes('HTTP/1.1 200'), 100_000],
  [
    { kind: 'redirect', to: 'http://x/' },
    (_, all) => all.includes('302') && all.includes('location: http://x/'),
    20,
  ],
  [{ kind: 'range', from: 10, length: 20 }, (body) => body.equals(block.bytes.subarray(10, 30)), 100],
  [{ kind: 'surplus' }, (_, all) => all.toString('latin1').split('HTTP/1.1').length === 3, 2_080],
];

test.each(INJECTED)('injects %o', async (fault, holds, until) => {
  const server = await start({ script: () => fault });
  const all = await exchange(server, until);
  expect(holds(bodyOf(all), all)).toBe(true);
  expect(server.seen).toMatchObject([{ number: 1, method: 'GET', target, fault }]);
  expect(server.injected).toEqual(fault.kind === 'pass' ? {} : { [fault.kind]: 1 });
});

test.each(['request', 'head', 'body', 'middle'] as const)('says no more from the %s on', async (at) => {
  const asked = Promise.withResolvers<void>();
  const server = await start({
    script: () => {
      asked.resolve();
      return { kind: 'stall', at };
    },
  });
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  socket.on('error', () => {});
  if (at === 'body' || at === 'middle') await once(socket, 'data');
  await asked.promise;
  await server.close();
  expect(server.injected).toEqual({ stall: 1 });
  expect(server.sentBytes).toBe(0);
});

test('keeps its pace, for all connections together', async () => {
  const server = await start({ bytesPerSecond: 20_000 });
  const began = performance.now();
  await Promise.all(Array.from({ length: 5 }, () => exchange(server, 1_050)));
  expect(performance.now() - began).toBeGreaterThan(200);
  expect(server.sentBytes).toBe(5_000);
});

test('the same seed gives the n-th request for a path the same fault, in any order, and another seed others', () => {
  const draw = (seed: number, targets: readonly string[]) => {
    const script = faultMix({ seed, rate: 0.5, others: ['/x'] });
    const asked = { number: 1, method: 'GET', headers: {}, body: async () => new Uint8Array() };
    return targets.map((target) => [target, script({ ...asked, target })] as const);
  };
  const [a, b] = [Array(100).fill('/a'), Array(100).fill('/b')];
  const inTurns = a.flatMap((target, place) => [target, b[place]]);
  const of = (drawn: ReturnType<typeof draw>, wanted: string) =>
    drawn.filter(([target]) => target === wanted);
  for (const target of ['/a', '/b'])
    expect(of(draw(7, inTurns), target)).toEqual(of(draw(7, [...b, ...a]), target));
  expect(draw(7, a)).not.toEqual(draw(8, a));
  expect(draw(7, a).filter(([, fault]) => fault !== null).length).toBeGreaterThan(25);
});

test('a proxy hands on what its upstream says, trailers too', async () => {
  const first = await start({ script: () => ({ kind: 'flip', at: 'first' }) });
  const second = await FaultServer.start(upstream(first.url));
  onTestFinished(() => second.close());
  const body = bodyOf(await exchange(second, 1_050));
  expect(body[0]).toBe(block.bytes[0]! ^ 1);
  const trailing = await FaultServer.start(() => ({
    status: 200,
    headers: {},
    body: Buffer.from('part'),
    trailers: { 'x-stream-error': 'lost' },
  }));
  onTestFinished(() => trailing.close());
  const third = await FaultServer.start(upstream(trailing.url));
  onTestFinished(() => third.close());
  expect((await exchange(third, END)).toString()).toContain('x-stream-error: lost');
});
