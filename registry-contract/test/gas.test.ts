import { readFile, writeFile } from 'node:fs/promises';
import type { ContractTransactionResponse } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commitment, label, modelId, namespaceId, releaseId } from '../scripts/ids.ts';
import { digestAt, digests, hex, rootOf } from '../scripts/tree.ts';
import { typesOf } from '../scripts/typed-data.ts';
import { type Chain, startChain } from './chain.ts';

/** The table in git. `UPDATE_GAS=1 npx vitest run registry-contract/test/gas.test.ts` writes it anew. */
const file = new URL('../gas.json', import.meta.url);
const SEGMENT = 1_024;
const PAGE = 512;

/** The most segments that clients log by default: 64 GiB. */
const MANY = 64;

const NAME = 'llama-3-8b-instruct';
const MODEL = modelId('acme', NAME);
const NONE = `0x${'0'.repeat(64)}`;
const REPORT = hex(digestAt(3e6));

const segments = Array.from({ length: MANY }, (_, i) => digests(SEGMENT, i * SEGMENT));
const packed = segments.map((segment) => hex(Buffer.concat(segment)));
const roots = segments.map((segment) => hex(rootOf(segment)));

let chain: Chain;
const gas: Record<string, number> = {};

beforeAll(async () => {
  chain = await startChain();
  await measure('deploy', chain.deployment);
  await names();
  await record();
  await publish();
  await change();
  await audit();
  await sign();
});

afterAll(async () => await chain.stop());

test('the gas of every transaction is the one in gas.json', async () => {
  if (process.env.UPDATE_GAS === '1') await writeFile(file, `${JSON.stringify(gas, null, 2)}\n`);
  expect(gas).toEqual(JSON.parse(await readFile(file, 'utf8')));
});

test('a digest costs at most 1,290 gas, logged and its root computed on chain', () => {
  expect(gas['multicall of 3 recordSegment, 3,072 digests']! / (3 * SEGMENT)).toBeLessThanOrEqual(1_290);
});

/** So the largest release, 3,907 segments, is published under the cap of 16,777,216 gas a transaction. */
test('each further segment of a publish costs at most 3,600 gas', () => {
  const further = gas['publish, 64 segments']! - gas['publish, 4 segments']!;
  expect(further / (MANY - 4)).toBeLessThanOrEqual(3_600);
});

/** Fault E4: nothing that is written grows with what was written before, and each has its limit. */
test.each([
  ['registerNamespace', 55_000],
  ['createModel', 76_000],
  ['publish, 4 segments', 200_000],
  ['publish, root only', 180_000],
  ['setStatus', 37_000],
  ['attest, first of its auditor', 53_000],
  ['attest', 36_000],
])('E4: %s costs at most %i gas', (name, limit) => {
  expect(gas[name]).toBeLessThanOrEqual(limit);
});

/** Listing a model is the work of its first publish, and could be that of its creation: together they keep both limits. */
test('E4: a model and its first release cost at most 276,000 gas', () => {
  expect(gas.createModel! + gas['publish, 4 segments, first of its model']!).toBeLessThanOrEqual(276_000);
});

async function names(): Promise<void> {
  const { registry, owner, provider } = chain;
  const promised = commitment('acme', await owner.getAddress(), NONE);
  await measure('commitNamespace', registry.commitNamespace!(promised));
  await provider.send('evm_increaseTime', [60]);
  await measure('registerNamespace', registry.registerNamespace!('acme', NONE));
  await measure('createModel', registry.createModel!('acme', NAME));
}

async function record(): Promise<void> {
  const { registry } = chain;
  await measure('recordSegment, 1 digest', registry.recordSegment!(hex(digestAt(1e6))));
  await measure('recordSegment, 1,024 digests', registry.recordSegment!(packed[3]));
  await measure('republishSegment, 1,024 digests', registry.republishSegment!(packed[3]));
  for (const segment of packed.slice(4)) await (await registry.recordSegment!(segment)).wait();
  const three = packed.slice(0, 3).map((segment) => call('recordSegment', [segment]));
  await measure('multicall of 3 recordSegment, 3,072 digests', registry.multicall!(three));
  await measure('recordPage, 512 digests', registry.recordPage!(hex(Buffer.concat(digests(PAGE)))));
}

async function publish(): Promise<void> {
  const { registry } = chain;
  await measure('publish, 4 segments, first of its namespace', registry.publish!(logged('1.0.0')));
  await measure('publish, 4 segments', registry.publish!(logged('1.0.1')));
  await (await registry.createModel!('acme', 'second-model')).wait();
  const second = { ...logged('1'), name: 'second-model' };
  await measure('publish, 4 segments, first of its model', registry.publish!(second));
  await measure('publish, 64 segments', registry.publish!(logged('64', MANY)));
  const rootOnly = { ...logged('1.0.2'), mode: 1, segmentRoots: [] };
  await measure('publish, root only', registry.publish!(rootOnly));
}

async function change(): Promise<void> {
  const { registry, stranger } = chain;
  await measure('setChannel, new channel', registry.setChannel!(move('1.0.2', 0)));
  await measure('setChannel', registry.setChannel!(move('1.0.1', 1)));
  const both = [call('publish', [logged('1.0.3')]), call('setChannel', [move('1.0.3', 2)])];
  await measure('multicall of publish (4 segments) and setChannel', registry.multicall!(both));
  await measure('setStatus', registry.setStatus!(deprecate('1.0.0')));
  const delegate = await stranger.getAddress();
  const grant = { namespace: namespaceId('acme'), model: NONE, account: delegate, roles: 1, seq: 0 };
  await measure('grant', registry.grant!({ ...grant, expiresAt: 2n ** 64n - 1n }));
  const asDelegate = registry.connect(stranger) as Chain['registry'];
  await measure('setChannel, by a role of the namespace', asDelegate.setChannel!(move('1.0.2', 3)));
  await measure('setMetadata', registry.setMetadata!(MODEL, NONE, label('license'), 'apache-2.0'));
  await measure('setModelActive', registry.setModelActive!(MODEL, false, 2, REPORT));
  await measure('setStatementKey', registry.setStatementKey!(namespaceId('acme'), delegate));
  await measure('transferNamespace', registry.transferNamespace!(namespaceId('acme'), delegate));
}

async function audit(): Promise<void> {
  const { registry } = chain;
  await measure('attest, first of its auditor', registry.attest!(found('1.0.0', 1)));
  await measure('attest', registry.attest!(found('1.0.0', 2)));
  const ten = Array.from({ length: 10 }, (_, i) => found('1.0.0', 3 + i));
  await measure('attestBatch, 10 of one release', registry.attestBatch!(ten));
}

/** Signed by the owner, sent by another. */
async function sign(): Promise<void> {
  const { registry, owner, stranger } = chain;
  const domain = {
    ...{ name: 'Ballast', version: '1', chainId: 31_337 },
    verifyingContract: await registry.getAddress(),
  };
  const by = { nonce: 0, deadline: 2n ** 64n };
  const action = deprecate('1.0.1');
  const signature = await owner.signTypedData(domain, typesOf('SetStatus'), { ...action, ...by });
  const authorization = { signer: await owner.getAddress(), ...by, signature };
  const sender = registry.connect(stranger) as Chain['registry'];
  await measure('setStatusBySig', sender.setStatusBySig!(action, authorization));
}

/** A publication of the first `count` segments. */
function logged(version: string, count = 4) {
  return {
    namespace: 'acme',
    name: NAME,
    version,
    manifestDigest: hex(digestAt(2e6)),
    chunkCount: count * SEGMENT,
    byteCount: count * SEGMENT * 1024 ** 2,
    chunkRoot: hex(rootOf(segments.slice(0, count).flat())),
    mode: 0,
    homeChainId: 0,
    base: NONE,
    segmentRoots: roots.slice(0, count),
  };
}

function move(version: string, seq: number) {
  return { model: MODEL, channel: label('latest'), version: label(version), seq };
}

function deprecate(version: string) {
  return {
    ...{ model: MODEL, version: label(version), from: 0, to: 1, seq: 0 },
    ...{ reason: 1, reportDigest: REPORT },
  };
}

function found(version: string, asOf: number) {
  const release = releaseId(MODEL, version);
  return { release, checked: 300, ok: 300, full: false, asOf, reportDigest: REPORT };
}

function call(name: string, args: readonly unknown[]): string {
  return chain.registry.interface.encodeFunctionData(name, args);
}

async function measure(name: string, sent: Promise<ContractTransactionResponse>): Promise<void> {
  const receipt = await (await sent).wait();
  gas[name] = Number(receipt!.gasUsed);
}
