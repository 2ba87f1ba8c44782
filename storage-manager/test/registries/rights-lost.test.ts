/** Faults D14, D16, D23: somebody else acts between the first transaction of a publish and its last. */
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { LATEST, type ModelName, parseModelName, parseNamespace } from '../../src/ids/reference.ts';
import type { PublishRequest } from '../../src/interfaces.ts';
import { act } from '../../src/registries/ethereum/act.ts';
import { publication, recordCall } from '../../src/registries/ethereum/calls.ts';
import { namespaceId } from '../../src/registries/ethereum/ids.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import type { EthereumRegistry } from '../../src/registries/ethereum/registry.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { registerNamespace } from '../../src/testing/nodes/contract-calls.ts';
import { randomDigests, randomRequest } from '../../src/testing/suites/registry.ts';
import { type Evil, startEvilRpc } from './evil-rpc.ts';

const ANY_MODEL = `0x${'0'.repeat(64)}`;
const FOR_EVER = 2n ** 64n - 1n;
const PUBLISH = 1;

let chain: TestChain;
let labels = 0;
let label: string;
let model: ModelName;
let ownerKey: string;
let delegateKey: string;
let owner: EthereumRegistry;
let delegate: EthereumRegistry;

beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.close());

/** An owner, and a delegate who may publish. */
beforeEach(async () => {
  label = `acme-${++labels}`;
  model = parseModelName(`${label}/m`);
  [ownerKey, delegateKey] = [await chain.newKey(), await chain.newKey()];
  [owner, delegate] = [await open(ownerKey), await open(delegateKey)];
  await registerNamespace(owner.chain, ownerKey, label);
  await grant(PUBLISH, 0);
});

async function open(privateKey: string, rpcUrl = chain.url): Promise<EthereumRegistry> {
  const registry = await openEthereumRegistry({ rpcUrl, contractAddress: chain.contract, privateKey });
  onTestFinished(() => registry.close());
  return registry;
}

const call = (registry: EthereumRegistry, name: string, args: readonly unknown[]) =>
  act(registry.chain, registry.writer(), [{ name, args }]);

async function grant(roles: number, seq: number): Promise<void> {
  const namespace = namespaceId(parseNamespace(label));
  const account = delegate.writer().address;
  await call(owner, 'grant', [{ namespace, model: ANY_MODEL, account, roles, expiresAt: FOR_EVER, seq }]);
}

/** 4,000 chunks: two transactions of records, then the release. */
const large = () => randomRequest(model, '1', { digests: randomDigests(4_000), channels: [LATEST] });

async function transfer(from: EthereumRegistry, to: EthereumRegistry): Promise<void> {
  const namespace = namespaceId(parseNamespace(label));
  await call(from, 'transferNamespace', [namespace, to.writer().address]);
  await call(to, 'acceptNamespace', [namespace]);
}

/** Does `meanwhile` once the first two transactions are sent, before the third is made. */
function afterTwo(meanwhile: () => Promise<unknown>): Evil {
  let sent = 0;
  return async ({ method }) => {
    if (method === 'eth_sendRawTransaction') sent += 1;
    if (method !== 'eth_getTransactionReceipt' || sent !== 2) return false;
    sent += 1;
    await meanwhile();
    return false;
  };
}

/** Publishes as `key`, who has lost the right to before the release. @returns what the log keeps then */
async function lost(key: string, request: PublishRequest, meanwhile: () => Promise<unknown>) {
  const publisher = await open(key, (await startEvilRpc(chain.url, afterTwo(meanwhile))).url);
  const log = memoryLog();
  await expect(publisher.publish(request, log)).rejects.toMatchObject({ code: 'NOT_OWNER', exit: 9 });
  expect(log.entries).toHaveLength(2);
  expect(await publisher.model(model)).toBeNull();
  return log;
}

describe('D23: who loses the right in the midst of a publish', () => {
  test('by a revoked grant ends it with what is recorded, and finishes it once he has it again', async () => {
    const request = large();
    const log = await lost(delegateKey, request, () => grant(0, 1));
    await grant(PUBLISH, 2);
    expect(await delegate.publish(request, log)).toMatchObject({ transactions: 3 });
    expect(log.entries).toHaveLength(3);
  });

  test('by the transfer of the namespace ends it, as owner and as delegate of the old owner', async () => {
    const heir = await open(await chain.newKey());
    const request = large();
    await lost(ownerKey, request, () => transfer(owner, heir));
    await expect(delegate.quote(request)).rejects.toMatchObject({ code: 'NOT_OWNER' });
    // What the old owner has recorded serves the new one.
    expect(await heir.publish(request, memoryLog())).toMatchObject({ transactions: 1 });
  });

  test('by a rotation of keys goes on with the new key, by the same log', async () => {
    const successor = await open(await chain.newKey());
    const request = large();
    const log = await lost(ownerKey, request, () => transfer(owner, successor));
    expect(await successor.publish(request, log)).toMatchObject({
      ...{ transactions: 1, release: { publisher: successor.writer().address } },
    });
    expect(log.entries).toHaveLength(3);
  });
});

test('D14: a release that another got in before is reverted once, and the other is named', async () => {
  const theirs = randomRequest(model, '1', { mode: 'root' });
  // Some nodes know of no pending block, and estimate by the last.
  const { url } = await startEvilRpc(chain.url, async ({ id, method, params, response }) => {
    if (method !== 'eth_estimateGas') return false;
    const result = await chain.rpc.call(method, [params[0], 'latest']);
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    return true;
  });
  const late = await open(delegateKey, url);
  await owner.publish(randomRequest(model, '0', { mode: 'root' }), memoryLog());
  const log = memoryLog();
  await chain.rpc.call('evm_setAutomine', [false]);
  onTestFinished(async () => {
    await chain.rpc.call('evm_setAutomine', [true]);
  });
  const first = call(owner, 'publish', [publication(theirs, [], null)]);
  await expect.poll(pending).toBe(1);
  const second = late.publish(randomRequest(model, '1', { mode: 'root' }), log).catch((error) => error);
  await expect.poll(pending).toBe(2);
  await chain.rpc.call('evm_mine', []);
  expect(await first).toMatchObject({ ok: true });
  expect(await second).toMatchObject({
    ...{ code: 'VERSION_EXISTS', exit: 9 },
    message: expect.stringContaining(theirs.manifest),
  });
  expect(log.entries).toHaveLength(1);
});

describe('D16: who sees a publish before it is mined', () => {
  test('and copies it whole under his own name hinders nobody', async () => {
    const thief = await open(await chain.newKey());
    const request = large();
    const copy = { ...request, model: await thief.canonical(parseModelName('local/m')) };
    const steal = afterTwo(() => thief.publish(copy, memoryLog()));
    const publisher = await open(ownerKey, (await startEvilRpc(chain.url, steal)).url);
    await publisher.publish(request, memoryLog());
    const selector = { kind: 'version', version: request.version } as const;
    expect((await owner.resolve(model, selector)).release).toMatchObject({
      ...{ manifest: request.manifest, publisher: owner.writer().address },
    });
    expect((await owner.resolve(copy.model, selector)).release.publisher).toBe(thief.writer().address);
  });

  test('and records its chunks before him saves him the gas', async () => {
    const helper = await open(await chain.newKey());
    const request = large();
    const places = [0, 1, 2, 3];
    for (const place of places)
      await helper.writer().run([() => recordCall(request, [place])], memoryLog(), {});
    expect(await owner.publish(request, memoryLog())).toMatchObject({ transactions: 1 });
  });

  test('takes no name from him that he has: a stranger can neither create nor publish there', async () => {
    const squatter = await open(await chain.newKey());
    const log = memoryLog();
    await expect(squatter.publish(large(), log)).rejects.toMatchObject({ code: 'NOT_OWNER', exit: 9 });
    expect(log.entries).toEqual([]);
    await owner.publish(large(), memoryLog());
  });
});

/** Transactions in the node's pool. */
async function pending(): Promise<number> {
  return Number(Object(await chain.rpc.call('txpool_status', [])).pending);
}
