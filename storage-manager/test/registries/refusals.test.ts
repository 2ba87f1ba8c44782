import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  LATEST,
  type ModelName,
  parseChannel,
  parseModelName,
  parseNamespace,
} from '../../src/ids/reference.ts';
import { act } from '../../src/registries/ethereum/act.ts';
import { modelId, namespaceId } from '../../src/registries/ethereum/ids.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import type { EthereumRegistry } from '../../src/registries/ethereum/registry.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { registerNamespace } from '../../src/testing/nodes/contract-calls.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';

/** What the contract refuses a publisher, and what it says to its readers: on a registry with an administrator. */

const ANY_MODEL = `0x${'0'.repeat(64)}`;
const FOR_EVER = 2n ** 64n - 1n;
const PUBLISH = 1;

let chain: TestChain;
let contract: string;
let ownerKey: string;
let owner: EthereumRegistry;
let administrator: EthereumRegistry;

beforeAll(async () => {
  chain = await startTestChain();
  const key = await chain.newKey();
  contract = await chain.administered(key);
  administrator = await open(key);
  ownerKey = await chain.newKey();
  owner = await open(ownerKey);
});
afterAll(async () => {
  await Promise.all([administrator?.close(), owner?.close()]);
  await chain?.close();
});

async function open(key?: string): Promise<EthereumRegistry> {
  const privateKey = key ?? (await chain.newKey());
  return openEthereumRegistry({ rpcUrl: chain.url, contractAddress: contract, privateKey });
}

async function delegate(): Promise<EthereumRegistry> {
  const registry = await open();
  onTestFinished(() => registry.close());
  return registry;
}

const administer = (name: string, args: readonly unknown[] = []) =>
  act(administrator.chain, administrator.writer(), [{ name, args }]);

const publish = (registry: EthereumRegistry, model: ModelName, version: string, more = {}) =>
  registry.publish(randomRequest(model, version, { mode: 'root', ...more }), memoryLog());

async function grant(model: string, account: EthereumRegistry, roles: number): Promise<void> {
  const namespace = namespaceId(parseNamespace('acme'));
  const { address } = account.writer();
  const args = [{ namespace, model, account: address, roles, expiresAt: FOR_EVER, seq: 0 }];
  await act(owner.chain, owner.writer(), [{ name: 'grant', args }]);
}

test('a label is published by its owner, and by those whom he lets', async () => {
  await registerNamespace(owner.chain, ownerKey, 'acme');
  const [tiny, other] = [parseModelName('acme/tiny'), parseModelName('acme/other')];
  await publish(owner, tiny, '1');

  const stranger = await delegate();
  const log = memoryLog();
  const request = randomRequest(tiny, '2');
  const refusal = { code: 'NOT_OWNER', exit: 9, message: expect.stringContaining('the role publish') };
  await expect(stranger.quote(request)).rejects.toMatchObject(refusal);
  await expect(stranger.publish(request, log)).rejects.toMatchObject(refusal);
  expect(log.entries).toEqual([]);

  await grant(modelId(tiny), stranger, PUBLISH);
  await publish(stranger, tiny, '2', { channels: [LATEST] });
  await expect(publish(stranger, other, '1')).rejects.toMatchObject(refusal);
  const publisher = await delegate();
  await grant(ANY_MODEL, publisher, PUBLISH);
  expect((await publish(publisher, other, '1')).release.publisher).toBe(publisher.address);
});

test('a label that nobody has registered is refused before anything is spent', async () => {
  const log = memoryLog();
  const attempt = owner.publish(randomRequest(parseModelName('nobody/tiny'), '1'), log);
  await expect(attempt).rejects.toMatchObject({
    code: 'NOT_OWNER',
    message: expect.stringContaining('nobody'),
  });
  expect(log.entries).toEqual([]);
});

test('D24: a paused registry takes no release, but channels go on, and reading', async () => {
  const model = await owner.canonical(parseModelName('local/tiny'));
  const request = randomRequest(model, '1');
  await owner.publish(request, memoryLog());
  await administer('pause');
  onTestFinished(async () => {
    await administer('unpause');
  });
  const log = memoryLog();
  const attempt = owner.publish(randomRequest(model, '2'), log);
  await expect(attempt).rejects.toMatchObject({
    code: 'REGISTRY_PAUSED',
    exit: 9,
    message: expect.stringContaining(`${model}@2`),
  });
  expect(log.entries).toEqual([]);
  expect(await owner.publish({ ...request, channels: [LATEST] }, memoryLog())).toMatchObject({
    transactions: 1,
  });
  const { release } = await owner.resolve(model, { kind: 'channel', channel: LATEST });
  expect(release.version).toBe('1');
});

test('D24: a successor is told and not followed', async () => {
  const model = await owner.canonical(parseModelName('local/lasting'));
  const request = randomRequest(model, '1', { channels: [parseChannel('stable')] });
  await owner.publish(request, memoryLog());
  const selector = { kind: 'version', version: request.version } as const;
  expect((await owner.resolve(model, selector)).successor).toBeNull();
  await administer('announceSuccessor', [chain.contract]);
  const after = await owner.resolve(model, selector);
  expect(after).toMatchObject({ successor: chain.contract, release: { version: '1' } });
  await owner.publish({ ...request, channels: [LATEST] }, memoryLog());
});
