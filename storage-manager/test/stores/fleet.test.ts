import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { nodesOf } from '../../src/config/open-sources.ts';
import type { BallastEvent } from '../../src/events.ts';
import { Fleet } from '../../src/stores/gateway/fleet.ts';
import { randomBlock } from '../../src/testing/index.ts';
import type { Resolver } from '../../src/transport/addresses.ts';
import { NameServer } from '../transport/name-server.ts';

const SERVICE = '_ballast._tcp.fleet.test';
const block = randomBlock(50_000);

/** This machine as its neighbours see it. */
const outside = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ address, internal }) => !internal && isIPv4(address))?.address;

/** A node that has the block. */
async function node(host: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.host}`);
    response.end(block.bytes);
  });
  await new Promise<void>((listening) => server.listen(0, host, listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, asked };
}

async function fleet(resolveTo: string, now?: () => number) {
  const names = await NameServer.start();
  const resolve: Resolver = (_name, _options, done) => done(null, [{ address: resolveTo, family: 4 }]);
  const found = new Fleet({ service: SERVICE, servers: [names.address], resolve, now });
  onTestFinished(() => found.close());
  return { names, found };
}

const at = (target: string, port: number) => ({ priority: 1, weight: 1, port, target });

describe('a fleet that DNS names', () => {
  test.skipIf(outside === undefined)('gives its blocks, from private addresses too', async () => {
    const near = await node(outside!);
    const { names, found } = await fleet(outside!);
    names.records.set(SERVICE, [at('a.fleet.test', near.port)]);
    const [only] = await found.nodes();
    expect(only!.name).toBe(`a.fleet.test:${near.port}`);
    const into = new Uint8Array(60_000);
    expect(await only!.read([block.digest], [into])).toEqual([50_000]);
    expect(Buffer.compare(into.subarray(0, 50_000), block.bytes)).toBe(0);
    expect(near.asked).toEqual([`GET a.fleet.test:${near.port}`]);
  });

  test('A11: never leads to this machine by a name: nothing connects', async () => {
    const inner = await node('127.0.0.1');
    const { names, found } = await fleet('127.0.0.1');
    names.records.set(SERVICE, [at('inner.fleet.test', inner.port)]);
    const [only] = await found.nodes();
    await expect(only!.read([block.digest], [new Uint8Array(60_000)])).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      was: expect.stringContaining('where no name may lead'),
    });
    expect(inner.asked).toEqual([]);
  });

  test('is asked for anew after a minute; who stays is the same source', async () => {
    let now = 0;
    const { names, found } = await fleet('192.0.2.9', () => now);
    names.records.set(SERVICE, [at('a.test', 1), at('b.test', 1)]);
    const before = await found.nodes();
    names.records.set(SERVICE, [at('b.test', 1), at('c.test', 1)]);
    now = 59_999;
    expect(await found.nodes()).toEqual(before);
    expect(names.asked).toHaveLength(1);
    now = 60_000;
    const after = await found.nodes();
    expect(after.map(({ name }) => name).sort()).toEqual(['b.test:1', 'c.test:1']);
    const b = (nodes: typeof after) => nodes.find(({ name }) => name === 'b.test:1');
    expect(b(after)).toBe(b(before));
  });

  test('stays where the name server is gone, and is unreachable where it was never found', async () => {
    let now = 0;
    const { names, found } = await fleet('192.0.2.9', () => now);
    names.records.set(SERVICE, [at('a.test', 1)]);
    const before = await found.nodes();
    await names.stop();
    now = 60_000;
    expect(await found.nodes()).toEqual(before);
    const never = new Fleet({ service: SERVICE, servers: [names.address] });
    await expect(never.nodes()).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  });

  test('that was known is not asked for by each job while the name server is silent', async () => {
    let now = 0;
    const { names, found } = await fleet('192.0.2.9', () => now);
    names.records.set(SERVICE, [at('a.test', 1)]);
    const before = await found.nodes();
    await names.stop();
    now = 60_000;
    await found.nodes();
    const asked: Buffer[] = [];
    const silent = createSocket('udp4', (question) => asked.push(question));
    onTestFinished(() => void silent.close());
    await new Promise<void>((bound) => silent.bind(Number(new URL(`udp://${names.address}`).port), bound));
    expect(await found.nodes()).toEqual(before);
    now = 119_999;
    expect(await found.nodes()).toEqual(before);
    expect(asked).toEqual([]);
  });

  test('that is not there is told, and the others are asked', async () => {
    const { names, found } = await fleet('192.0.2.9');
    const told: string[] = [];
    const onEvent = (event: BallastEvent) => {
      if (event.type === 'note') told.push(`${event.level}: ${event.text}`);
    };
    expect(await nodesOf(found, { onEvent })).toEqual([]);
    await names.stop();
    const never = new Fleet({ service: SERVICE, servers: [names.address] });
    expect(await nodesOf(never, { onEvent })).toEqual([]);
    expect(told).toEqual([
      `warning: DNS names no node of the fleet ${SERVICE}`,
      expect.stringMatching(/^warning: a name server must say where .*: the fleet is not asked$/),
    ]);
  });
});
