import { keccak256, type LogDescription, sha256 } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { label, modelId, releaseId } from '../scripts/ids.ts';
import { digests, hex, proofOf, rootOf } from '../scripts/tree.ts';
import { readerCodeHash, runtimeCodeHash } from '../src/index.ts';
import { type Chain, startChain } from './chain.ts';

const NONE = `0x${'0'.repeat(64)}`;
const leaves = digests(2_500);
const segments = [leaves.slice(0, 1_024), leaves.slice(1_024, 2_048), leaves.slice(2_048)];
const roots = segments.map((segment) => hex(rootOf(segment)));
const publication = {
  name: 'llama',
  version: '1.0.0',
  manifestDigest: sha256('0x01'),
  chunkRoot: hex(rootOf(leaves)),
  chunkCount: leaves.length,
  byteCount: 2_600_000_000n,
  mode: 0,
  homeChainId: 0,
  base: NONE,
  segmentRoots: roots,
};

let chain: Chain;
let namespace: string;
let model: string;

beforeAll(async () => {
  chain = await startChain();
  namespace = (await chain.owner.getAddress()).toLowerCase();
  model = modelId(namespace, 'llama');
});
afterAll(async () => await chain.stop());

const encode = (name: string, args: readonly unknown[]) =>
  chain.registry.interface.encodeFunctionData(name, args);

test('E12: a deployed registry and its reader have the generated code hashes', async () => {
  const address = await chain.registry.getAddress();
  expect(keccak256(await chain.provider.getCode(address))).toBe(runtimeCodeHash);
  const reader = `0x${keccak256(`0xd694${address.slice(2)}01`).slice(26)}`;
  expect(keccak256(await chain.provider.getCode(reader))).toBe(readerCodeHash);
});

test('a first release takes one transaction of segments and one of everything else, in an unregistered own namespace', async () => {
  const { registry } = chain;
  expect(await registry.segmentBlocks!(roots, leaves.length)).toEqual([0n, 0n, 0n]);
  const recorded = segments.map((segment) => encode('recordSegment', [hex(Buffer.concat(segment))]));
  const first = await (await registry.multicall!(recorded)).wait();
  expect(await registry.segmentBlocks!(roots, leaves.length)).toEqual(
    roots.map(() => BigInt(first.blockNumber)),
  );
  await (
    await registry.multicall!([
      encode('createModel', [namespace, 'llama']),
      encode('publish', [{ ...publication, namespace }]),
      encode('setChannel', [{ model, channel: label('latest'), version: label('1.0.0'), seq: 0 }]),
    ])
  ).wait();

  const { release, active, channelSeq, segmentCount } = await registry.resolve!(model, label('latest'));
  expect(release.version).toBe(label('1.0.0'));
  expect(release.manifestDigest).toBe(publication.manifestDigest);
  expect(release.chunkRoot).toBe(publication.chunkRoot);
  expect(release.byteCount).toBe(publication.byteCount);
  expect(release.publisher.toLowerCase()).toBe(namespace);
  expect([active, channelSeq, segmentCount]).toEqual([true, 1n, 3n]);
});

test('the digests stand in the log of the block that the chain names, and prove themselves', async () => {
  const { registry, provider } = chain;
  const found: Buffer[] = [];
  const blocks: bigint[] = await registry.segmentBlocks!(roots, leaves.length);
  for (const [i, block] of blocks.entries()) {
    const filter = registry.filters.SegmentRecorded!(roots[i]);
    const logs = await registry.queryFilter(filter, Number(block), Number(block));
    found.push(Buffer.from(described(logs[0]!).args.digests.slice(2), 'hex'));
  }
  expect(Buffer.concat(found)).toEqual(Buffer.concat(leaves));
  expect(await provider.getBalance(await registry.getAddress())).toBe(0n);
});

test('a chunk is proven against the release, and only at its place', async () => {
  const { registry } = chain;
  const id = releaseId(model, '1.0.0');
  for (const index of [0, 1_023, 1_024, 2_047, 2_499]) {
    const proof = proofOf(leaves, index).map(hex);
    expect(await registry.verifyChunk!(id, index, leaves[index], proof)).toBe(true);
    expect(await registry.verifyChunk!(id, index ^ 1, leaves[index], proof)).toBe(false);
  }
});

test('several views are one call, of whoever asks', async () => {
  const { registry, provider } = chain;
  const reader = registry.connect(provider) as Chain['registry'];
  const calls = [encode('models', [namespace, 0, 10]), encode('channels', [model, 0, 10])];
  const [models, channels] = await reader.multicall!.staticCall(calls);
  const [names, infos] = registry.interface.decodeFunctionResult('models', models);
  expect([...names]).toEqual(['llama']);
  expect(infos[0].toObject()).toMatchObject({ active: true, versionCount: 1n, channelCount: 1n });
  expect(registry.interface.decodeFunctionResult('channels', channels)[0][0].version).toBe(label('1.0.0'));
});

test('a refusal names what was refused', async () => {
  const asStranger = chain.registry.connect(chain.stranger) as Chain['registry'];
  const refusal = asStranger.publish!.staticCall({ ...publication, namespace, version: '2' });
  await expect(refusal).rejects.toMatchObject({
    revert: { name: 'RoleMissing', args: [namespace, model, await chain.stranger.getAddress(), 1n] },
  });
});

test('the events alone rebuild what the chain answers', async () => {
  const { registry } = chain;
  await (
    await registry.setStatus!({
      ...{ model, version: label('1.0.0'), from: 0, to: 1, seq: 0 },
      ...{ reason: 1, reportDigest: NONE },
    })
  ).wait();
  const state = { status: 0n, seq: 0n, version: '', name: '' };
  for (const log of await registry.queryFilter('*')) {
    const { name, args } = described(log);
    if (name === 'ModelCreated') state.name = args.name;
    if (name === 'ReleasePublished') state.version = label(args.publication.version);
    if (name === 'ChannelMoved') state.seq = args.seq;
    if (name === 'StatusChanged') state.status = args.status;
  }
  const { release, channelSeq } = await registry.resolve!(modelId(namespace, state.name), label('latest'));
  expect(state).toEqual({
    status: release.status,
    seq: channelSeq,
    version: release.version,
    name: 'llama',
  });
});

function described(log: { readonly topics: readonly string[]; readonly data: string }): LogDescription {
  return chain.registry.interface.parseLog(log)!;
}
