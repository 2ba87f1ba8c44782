/** Answers of JSON-RPC that no node gives: each ends as an error of ours, by one endpoint and by several. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BallastError } from '../../src/errors.ts';
import { LATEST, parseModelName } from '../../src/ids/reference.ts';
import { MiB } from '../../src/limits.ts';
import { readLogs } from '../../src/registries/ethereum/logs.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { Endpoint } from '../../src/registries/ethereum/quorum/endpoint.ts';
import { voteOf } from '../../src/registries/ethereum/quorum/vote.ts';
import { HttpJsonRpc } from '../../src/transport/json-rpc.ts';

const MODEL = parseModelName('acme/tiny');
const CHANNEL = { kind: 'channel', channel: LATEST } as const;
const CONTRACT = `0x${'11'.repeat(20)}`;
const HASH = `0x${'ab'.repeat(32)}`;
const DEEP = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

/** What can't be made a text of, in JSON. */
const ODD = { 'an object that is no text': '{"toString":1,"valueOf":1}', 'a list in lists': DEEP };

/** Of 8 MiB, in JSON: what takes far more in memory. */
const SWELLING = {
  'empty lists': `[${'[],'.repeat(2_700_000)}0]`,
  'empty objects': `[${'{},'.repeat(2_700_000)}0]`,
};

/** A node that answers all calls with JSON. @param result told the method and a number of the answer */
async function node(result: (method: string, asked: number) => string): Promise<string> {
  let asked = 0;
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const { id, method } = JSON.parse(Buffer.concat(pieces).toString());
    asked += 1;
    response.end(`{"jsonrpc":"2.0","id":${id},"result":${result(method, asked)}}`);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function open(rpcUrl: readonly string[]) {
  const registry = await openEthereumRegistry({ rpcUrl, contractAddress: CONTRACT, chainId: 1 });
  onTestFinished(() => registry.close());
  return registry;
}

const block = (hash: string) =>
  `{"number":"0x10","hash":${hash},"timestamp":"0x${Math.floor(Date.now() / 1000).toString(16)}"}`;

describe.each(Object.entries(ODD))('D9: %s', (_, odd) => {
  test.each([1, 3])('as the hash of the newest block, of %d endpoints', async (endpoints) => {
    const urls = await Promise.all(Array.from({ length: endpoints }, () => node(() => block(odd))));
    const error = await (await open(urls)).resolve(MODEL, CHANNEL).catch((reason) => reason);
    expect(error).toBeInstanceOf(BallastError);
    expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE', exit: 6 });
  });

  test.each([1, 3])('in the place of every answer, of %d endpoints', async (endpoints) => {
    const urls = await Promise.all(Array.from({ length: endpoints }, () => node(() => odd)));
    const registry = await open(urls);
    await expect(registry.resolve(MODEL, CHANNEL)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    await expect(registry.genesis()).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
  });

  test.each([1, 3])('as what a contract returns, of %d endpoints that differ', async (endpoints) => {
    const urls = await Promise.all(
      Array.from({ length: endpoints }, (_each, place) =>
        node((method) => (method === 'eth_call' ? odd.replace('1', String(place)) : block(`"${HASH}"`))),
      ),
    );
    const error = await (await open(urls)).resolve(MODEL, CHANNEL).catch((reason) => reason);
    expect(error).toBeInstanceOf(BallastError);
    expect(error.exit).toBe(6);
  });

  test.each(['address', 'data', 'transactionHash', 'topics'])('as the %s of a log', async (field) => {
    const log = { address: CONTRACT, data: '0x', transactionHash: HASH, topics: [HASH] };
    const fields = Object.entries(log).map(([name, value]) => `"${name}":${JSON.stringify(value)}`);
    const lie = `"${field}":${field === 'topics' ? `[${odd}]` : odd}`;
    const logs = `[{${fields.join(',')},"blockNumber":"0x1","logIndex":"0x0",${lie}}]`;
    const { chain } = await open([await node(() => logs)]);
    const head = { number: 1, hash: HASH, time: 0, baseFee: 0n };
    const read = readLogs(chain, 1, head, [null], {});
    if (odd === DEEP) await expect(read).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    else expect((await read).length).toBe(field === 'address' ? 0 : 1);
  });
});

describe.each(Object.entries(SWELLING))('D10: 8 MiB of %s', (_, json) => {
  test('are refused before they swell', async () => {
    const registry = await open([await node(() => json)]);
    const before = process.memoryUsage();
    await expect(registry.resolve(MODEL, CHANNEL)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    const after = process.memoryUsage();
    expect(after.heapTotal - before.heapTotal).toBeLessThan(100 * MiB);
  });
});

test('D9: a time that no calendar has', async () => {
  const url = await node(() => block(`"${HASH}"`).replace(/0x[0-9a-f]+"}$/, `0x${(9e15).toString(16)}"}`));
  await expect((await open([url])).resolve(MODEL, CHANNEL)).rejects.toMatchObject({
    code: 'CHAIN_UNREACHABLE',
    message: expect.stringContaining('9000000000000000 s'),
  });
});

test('D10: of a large answer of one of several endpoints only a fingerprint is held beside it', () => {
  const from = new Endpoint('one', new HttpJsonRpc('http://127.0.0.1:9'));
  const vote = (value: string) => voteOf({ from, kind: 'result', value }, (answer) => answer);
  const large = 'ab'.repeat(4_000_000);
  expect(vote(large).alike?.length).toBeLessThan(120);
  expect(vote(large).alike).toBe(vote(large.toUpperCase()).alike);
  expect(vote(`${large}c`).alike).not.toBe(vote(`${large}d`).alike);
});
