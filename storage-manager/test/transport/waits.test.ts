/** Every wait for a peer ends within its bound; the bounds are those that are promised. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { KiB } from '../../src/limits.ts';
import { HttpClient } from '../../src/transport/client.ts';
import { DEADLINES } from '../../src/transport/deadlines.ts';
import { parseEndpoint } from '../../src/transport/endpoint.ts';
import { SlowRule } from '../../src/transport/slow-rule.ts';
import { type Script, talk } from './raw-peer.ts';

const GET = { method: 'GET', path: '/x', what: 'block x' } as const;

test('the bounds are 5 s, 10 s, 15 s and 30 s', () => {
  expect(DEADLINES).toEqual({ connectMs: 5_000, headersMs: 10_000, idleMs: 15_000, totalMs: 30_000 });
});

/** Long where it is not the one that is tested. */
const LONG = { connectMs: 20_000, headersMs: 20_000, idleMs: 20_000, totalMs: 20_000 };
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n';

const drip: Script = (socket) => {
  socket.write(HEAD);
  const timer = setInterval(() => socket.write('x'), 100);
  socket.once('close', () => clearInterval(timer));
};

const WAITS: readonly (readonly [keyof typeof DEADLINES, string, Script])[] = [
  ['headersMs', 'the head of the answer did not come within 0.4 s', () => {}],
  ['idleMs', 'more of the answer did not come within 0.4 s', (socket) => socket.write(`${HEAD}x`)],
  ['totalMs', 'it did not end within 0.4 s', drip],
];

test.each(WAITS)('A6, A7: %s alone ends a wait: %s', async (which, was, script) => {
  const { client } = await talk(script, 1, { ...LONG, [which]: 400 });
  const began = performance.now();
  await expect(client.text(GET, 999)).rejects.toMatchObject({ was });
  expect(performance.now() - began).toBeGreaterThan(390);
  expect(performance.now() - began).toBeLessThan(1_400);
});

test('A7: whoever takes a connection and never shakes hands is given up, and so is who waits for that', async () => {
  const server = createServer((socket) => socket.on('error', () => {}));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const endpoint = parseEndpoint(`https://127.0.0.1:${port}`, 'peer');
  const client = new HttpClient(endpoint, { connections: 1, deadlines: { ...LONG, connectMs: 400 } });
  onTestFinished(() => {
    client.close();
    server.close();
  });
  const began = performance.now();
  const both = await Promise.allSettled([client.text(GET, 9), client.text(GET, 9)]);
  const was = 'no connection came about within 0.4 s';
  expect(both).toMatchObject([{ reason: { was } }, { reason: { was } }]);
  expect(performance.now() - began).toBeLessThan(2_800);
});

test('A6: less than 64 KiB/s over 30 s is as good as dead', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const bytesIn30s = 30 * 64 * KiB;
  const after = (first: number, seconds: number) => () => {
    const slowRule = new SlowRule();
    slowRule.add(first);
    vi.advanceTimersByTime(seconds * 1_000);
    slowRule.add(1);
  };
  expect(after(0, 29.9)).not.toThrow();
  expect(after(bytesIn30s, 30)).not.toThrow();
  expect(after(bytesIn30s - 2, 30)).toThrow('less than 64 KiB/s came over 30 s');
});
