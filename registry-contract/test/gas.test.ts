import { readFile, writeFile } from 'node:fs/promises';
import type { ContractTransactionResponse } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestAt, digests, hex, rootOf } from '../scripts/tree.ts';
import { type Chain, startChain } from './chain.ts';

/** The table in git. `UPDATE_GAS=1 npx vitest run registry-contract/test/gas.test.ts` writes it anew. */
const file = new URL('../gas.json', import.meta.url);
const SEGMENT = 1_024;

/** The most segments that clients log by default: 64 GiB. */
const MANY = 64;

let chain: Chain;
const gas: Record<string, number> = {};

beforeAll(async () => {
  chain = await startChain();
  const { registry } = chain;
  const call = registry.interface.encodeFunctionData.bind(registry.interface);

  await measure('deploy', chain.deployment);
  await measure('registerNamespace', registry.registerNamespace!('acme'));
  await measure('createModel', registry.createModel!('acme', 'llama-3-8b-instruct'));

  const segments = Array.from({ length: MANY }, (_, i) => digests(SEGMENT, i * SEGMENT));
  const packed = segments.map((segment) => hex(Buffer.concat(segment)));
  const roots = segments.map((segment) => hex(rootOf(segment)));
  await measure('recordSegment, 1 digest', registry.recordSegment!(hex(digestAt(1e6))));
  await measure('recordSegment, 1,024 digests', registry.recordSegment!(packed[3]));
  for (const segment of packed.slice(4)) await (await registry.recordSegment!(segment)).wait();
  const three = packed.slice(0, 3).map((segment) => call('recordSegment', [segment]));
  await measure('multicall of 3 recordSegment, 3,072 digests', registry.multicall!(three));

  const logged = (version: string, count = 4) => ({
    namespace: 'acme',
    name: 'llama-3-8b-instruct',
    version,
    manifestDigest: hex(digestAt(2e6)),
    chunkCount: count * SEGMENT,
    byteCount: count * SEGMENT * 1024 ** 2,
    chunkRoot: hex(rootOf(segments.slice(0, count).flat())),
    mode: 0,
    segmentRoots: roots.slice(0, count),
  });
  const rootOnly = (version: string) => ({ ...logged(version), mode: 1, segmentRoots: [] });
  const move = (version: string, seq: number) => ['acme', 'llama-3-8b-instruct', 'latest', version, seq];
  await measure('publish, 4 segments, first of its namespace', registry.publish!(logged('1.0.0')));
  await measure('publish, 4 segments', registry.publish!(logged('1.0.1')));
  await (await registry.createModel!('acme', 'second-model')).wait();
  const second = { ...logged('1'), name: 'second-model' };
  await measure('publish, 4 segments, first of its model', registry.publish!(second));
  await measure('publish, 64 segments', registry.publish!(logged('64', MANY)));
  await measure('publish, root only', registry.publish!(rootOnly('1.0.2')));
  await measure('setChannel, new channel', registry.setChannel!(...move('1.0.2', 0)));
  await measure('setChannel', registry.setChannel!(...move('1.0.1', 1)));
  const both = [call('publish', [logged('1.0.3')]), call('setChannel', move('1.0.3', 2))];
  await measure('multicall of publish (4 segments) and setChannel', registry.multicall!(both));
  await measure('setStatus', registry.setStatus!('acme', 'llama-3-8b-instruct', '1.0.0', 1));
  await measure('deactivateModel', registry.deactivateModel!('acme', 'llama-3-8b-instruct'));
});

afterAll(async () => await chain.stop());

test('the gas of every transaction is the one in gas.json', async () => {
  if (process.env.UPDATE_GAS === '1') await writeFile(file, `${JSON.stringify(gas, null, 2)}\n`);
  expect(gas).toEqual(JSON.parse(await readFile(file, 'utf8')));
});

test.each([
  'registerNamespace',
  'createModel',
  'multicall of 3 recordSegment, 3,072 digests',
  'publish, 4 segments',
  'publish, 4 segments, first of its model',
  'publish, 4 segments, first of its namespace',
  'publish, root only',
  'setChannel, new channel',
  'setChannel',
  'setStatus',
])('README gives the gas of %s', async (name) => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(gas[name]!.toLocaleString('en-US'));
});

test('a digest costs at most 1,290 gas, logged and its root computed on chain', () => {
  expect(gas['multicall of 3 recordSegment, 3,072 digests']! / (3 * SEGMENT)).toBeLessThanOrEqual(1_290);
});

test('each further segment of a publish costs at most 3,400 gas', () => {
  const further = gas['publish, 64 segments']! - gas['publish, 4 segments']!;
  expect(further / (MANY - 4)).toBeLessThanOrEqual(3_400);
});

test.each([
  ['registerNamespace', 54_000],
  ['createModel', 75_000],
  ['publish, 4 segments', 195_000],
  ['publish, 4 segments, first of its model', 200_000],
])('%s costs at most %i gas', (name, limit) => {
  expect(gas[name]).toBeLessThanOrEqual(limit);
});

async function measure(name: string, sent: Promise<ContractTransactionResponse>): Promise<void> {
  const receipt = await (await sent).wait();
  gas[name] = Number(receipt!.gasUsed);
}
