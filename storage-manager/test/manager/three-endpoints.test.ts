/** What a machine with three endpoints fetches while one of them lies, and once a publisher has withdrawn what it holds. */
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import { Account } from '../../src/registries/ethereum/account.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomBlock } from '../../src/testing/samples/blocks.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { type Evil, startEvilRpc } from '../registries/evil-rpc.ts';
import { honest, lyingAbout, outpaced } from '../registries/three-endpoints.ts';

let chain: TestChain;
let folder: string;
let owner: string;
let models = 0;
beforeAll(async () => {
  chain = await startTestChain();
  folder = await mkdtemp(join(tmpdir(), 'ballast-endpoints-'));
  owner = await chain.newKey();
});
afterAll(async () => {
  await chain.close();
  await rm(folder, { recursive: true });
});

/** All have one store, so that bytes are at hand whatever the chain says. */
function open(privateKey: string | undefined, rpcUrl: string | string[] = chain.url): ModelStorageManager {
  const blockchain = { rpcUrl, contractAddress: chain.contract, privateKey };
  const storage = new ModelStorageManager({ blockchain, home: join(folder, 'home') });
  onTestFinished(() => storage.close());
  return storage;
}

async function openBehind(evils: readonly Evil[]) {
  const proxies = await Promise.all(evils.map((evil) => startEvilRpc(chain.url, evil)));
  const urls = proxies.map(({ url }) => url);
  return { storage: open(undefined, urls), urls };
}

/** @returns reference without version, and the bytes of its one file */
async function released(key = owner, name = `${new Account(owner).address}/m${++models}`) {
  const { bytes } = randomBlock(100_000);
  const tree = await writeTree(join(folder, `tree-${++models}`), { 'w.bin': bytes });
  const { version } = await open(key).storeModel(tree, name);
  return { name, version, bytes };
}

/** @returns also the warnings @throws what the fetch throws, and where that left something behind */
async function retrieve(storage: ModelStorageManager, ref: string) {
  const destination = join(folder, `out-${++models}`);
  const warnings: string[] = [];
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'note' && event.level === 'warning') warnings.push(event.text);
  };
  try {
    const found = await storage.retrieveModel(ref, destination, { onEvent });
    return { ...found, warnings, bytes: await readFile(join(destination, 'w.bin')) };
  } catch (error) {
    await expect(access(destination)).rejects.toThrow('ENOENT');
    throw error;
  }
}

test('D6: while one of three lies, what was registered is fetched, and a warning names the liar', async () => {
  const { name, bytes } = await released();
  const [liar, slow] = outpaced(lyingAbout('manifest', 7n));
  const { storage, urls } = await openBehind([slow, liar, slow]);
  const found = await retrieve(storage, name);
  expect(Buffer.compare(found.bytes, bytes)).toBe(0);
  expect(found.quorum).toEqual({ agreed: 2, asked: 3 });
  expect(found.warnings).toEqual([`${urls[1]} answered eth_call differently: the other endpoints agreed`]);
});

test('D6: while two of three lie nothing is fetched, though all its bytes are here', async () => {
  const { name } = await released();
  const { storage } = await openBehind([lyingAbout('status', 1n), honest, lyingAbout('status', 2n)]);
  await expect(retrieve(storage, name)).rejects.toMatchObject({ code: 'QUORUM_FAILED', exit: 6 });
});

test('D4: while the newest block does not fit our clock nothing is fetched, though all its bytes are here', async () => {
  const { name } = await released();
  const blockchain = { rpcUrl: chain.url, contractAddress: chain.contract, maxHeadAgeMinutes: 1 };
  const storage = new ModelStorageManager({ blockchain, home: join(folder, 'home') });
  onTestFinished(() => storage.close());
  const { timestamp } = Object(await chain.rpc.call('eth_getBlockByNumber', ['latest', false]));
  await retrieve(storage, name);
  await chain.rpc.call('evm_setNextBlockTimestamp', [Number(timestamp) + 600]);
  await chain.rpc.call('evm_mine', []);
  await expect(retrieve(storage, name)).rejects.toMatchObject({
    ...{ code: 'CHAIN_STALE', exit: 6 },
    message: expect.stringContaining('stale by'),
  });
});

test('one endpoint says that it is alone', async () => {
  const { name } = await released();
  expect((await retrieve(open(undefined), name)).quorum).toEqual({ agreed: 1, asked: 1 });
});

test('D20: what is revoked is fetched no more, though this machine holds it and one endpoint denies it', async () => {
  const { name, version } = await released();
  const { storage } = await openBehind([honest, lyingAbout('status', 0n), honest]);
  await retrieve(storage, `${name}@${version}`);
  await open(owner).releases.setStatus(`${name}@${version}`, 'revoked', { reason: 'security' });
  await expect(retrieve(storage, `${name}@${version}`)).rejects.toMatchObject({ code: 'RELEASE_REVOKED' });
  await expect(retrieve(storage, name)).rejects.toMatchObject({ code: 'CHANNEL_WITHDRAWN' });
});

test('D25: what a stolen key publishes is refused from the next question on, once the owner has revoked it', async () => {
  const { name, bytes } = await released();
  const thief = await chain.newKey();
  const { address } = new Account(thief);
  const namespaces = open(owner).namespaces;
  await namespaces.grant(name.split('/')[0]!, address, { roles: ['publish', 'yank'] });
  const bad = await released(thief, name);
  const { storage } = await openBehind([honest, honest, honest]);
  expect(Buffer.compare((await retrieve(storage, name)).bytes, bad.bytes)).toBe(0);
  const releases = open(owner).releases;
  await releases.setStatus(`${name}@${bad.version}`, 'revoked', { reason: 'key-compromised' });
  await namespaces.grant(name.split('/')[0]!, address, { roles: [] });
  for (const ref of [name, `${name}@${bad.version}`])
    await expect(retrieve(storage, ref)).rejects.toMatchObject({ exit: 6 });
  await releases.setChannel(name, 'latest', '1');
  expect(Buffer.compare((await retrieve(storage, name)).bytes, bytes)).toBe(0);
  await expect(released(thief, name)).rejects.toMatchObject({ code: 'NOT_OWNER', exit: 9 });
});

test('D21: the highest version number there can be is a label like others: what comes after it is newer', async () => {
  const { name } = await released();
  const tree = await writeTree(join(folder, `tree-${++models}`), { 'w.bin': randomBlock(1_000).bytes });
  await open(owner).storeModel(tree, `${name}@18446744073709551615`);
  const next = await released(owner, name);
  expect(next.version).toBe('3');
  const found = await retrieve(open(undefined), name);
  expect(found.version).toBe('3');
  expect(Buffer.compare(found.bytes, next.bytes)).toBe(0);
});
