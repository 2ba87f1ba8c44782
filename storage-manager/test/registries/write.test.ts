import { afterEach, beforeEach, expect, test } from 'vitest';
import { LATEST, type ModelName, parseModelName } from '../../src/ids/reference.ts';
import { type EthereumOptions, openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import type { EthereumRegistry } from '../../src/registries/ethereum/registry.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';

let chain: TestChain;
let opened: EthereumRegistry[];

beforeEach(async () => {
  chain = await startTestChain();
  opened = [];
});
afterEach(async () => {
  for (const registry of opened) await registry.close();
  await chain.close();
});

async function open(more: Partial<EthereumOptions> = {}): Promise<[EthereumRegistry, ModelName]> {
  const privateKey = more.privateKey ?? (await chain.newKey());
  const registry = await openEthereumRegistry({
    rpcUrl: chain.url,
    contractAddress: chain.contract,
    privateKey,
    ...more,
  });
  opened.push(registry);
  return [registry, await registry.canonical(parseModelName('local/m'))];
}

test('D14: an account without funds learns what it needs and what it has', async () => {
  const [registry, model] = await open({ privateKey: await chain.newKey(1_000n) });
  const request = randomRequest(model, '1');
  const { wei } = await registry.quote(request);
  expect(wei).toBeGreaterThan(1_000n);
  const log = memoryLog();
  const error = await registry.publish(request, log).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'FUNDS_INSUFFICIENT', exit: 9 });
  expect(error.message).toContain('it holds 1000 wei');
  expect(log.entries).toEqual([]);
});

test('a registry without a key reads, and says so when asked to write', async () => {
  const reader = await openEthereumRegistry({ rpcUrl: chain.url, contractAddress: chain.contract });
  opened.push(reader);
  const own = parseModelName('local/m');
  await expect(reader.canonical(own)).rejects.toMatchObject({ code: 'NAMESPACE_UNKNOWN', exit: 2 });
  const [registry, model] = await open();
  await registry.publish(randomRequest(model, '1'), memoryLog());
  expect((await reader.model(model))?.versionCount).toBe(1);
  const attempt = reader.publish(randomRequest(model, '2'), memoryLog());
  await expect(attempt).rejects.toMatchObject({ code: 'CONFIG_INVALID', exit: 2 });
});

test('D11: a transaction that stays pending is waited for by the next run', async () => {
  const privateKey = await chain.newKey();
  const [impatient, model] = await open({ privateKey, pendingMs: 300 });
  const request = randomRequest(model, '1', { mode: 'root', channels: [LATEST] });
  const log = memoryLog();
  await chain.rpc.call('evm_setAutomine', [false]);
  const attempt = impatient.publish(request, log);
  await expect(attempt).rejects.toMatchObject({ code: 'TRANSACTION_PENDING', exit: 9 });
  await expect(impatient.publish(request, log)).rejects.toMatchObject({ code: 'TRANSACTION_PENDING' });
  await chain.rpc.call('evm_mine', []);
  const [patient] = await open({ privateKey });
  expect(await patient.publish(request, log)).toMatchObject({ transactions: 1 });
  expect(log.entries).toHaveLength(1);
});

test('D13: a transaction that the node has lost is sent again, the same bytes', async () => {
  const privateKey = await chain.newKey();
  const [impatient, model] = await open({ privateKey, pendingMs: 1_000 });
  const request = randomRequest(model, '1', { mode: 'root', channels: [LATEST] });
  const log = memoryLog();
  await chain.rpc.call('evm_setAutomine', [false]);
  await expect(impatient.publish(request, log)).rejects.toMatchObject({ code: 'TRANSACTION_PENDING' });
  await chain.rpc.call('anvil_dropAllTransactions', []);
  await chain.rpc.call('evm_setAutomine', [true]);
  expect(await impatient.publish(request, log)).toMatchObject({ transactions: 1 });
  expect(log.entries).toHaveLength(1);
});

test('a reorganisation that drops the release is healed by the same bytes', async () => {
  const [registry, model] = await open();
  const request = randomRequest(model, '1', { mode: 'root', channels: [LATEST] });
  const log = memoryLog();
  await registry.publish(request, log);
  await chain.rpc.call('anvil_reorg', [1, []]);
  expect(await registry.model(model)).toBeNull();
  expect(await registry.publish(request, log)).toMatchObject({ transactions: 1 });
  expect(log.entries).toHaveLength(1);
  expect(await registry.model(model)).toMatchObject({ versionCount: 1, channels: [{ seq: 1 }] });
});

test('returns once the release has its confirmations', async () => {
  const [registry, model] = await open({ confirmations: 3 });
  const request = randomRequest(model, '1', { mode: 'root' });
  let published = false;
  const publish = registry.publish(request, memoryLog()).finally(() => {
    published = true;
  });
  while (!published) await chain.rpc.call('evm_mine', []);
  await publish;
  const { changedBlock, asOf } = await registry.resolve(model, { kind: 'version', version: request.version });
  expect(asOf.block).toBeGreaterThanOrEqual(changedBlock + 2);
});

test('knows which block is final, as configured', async () => {
  const privateKey = await chain.newKey();
  const [registry, model] = await open({ privateKey });
  const request = randomRequest(model, '1', { mode: 'root' });
  await registry.publish(request, memoryLog());
  const selector = { kind: 'version', version: request.version } as const;
  const young = await registry.resolve(model, selector);
  expect(young.finalBlock).toBe(young.asOf.block);
  const [careful] = await open({ privateKey, finality: 'finalized' });
  const early = await careful.resolve(model, selector);
  expect(early.finalBlock).toBeLessThan(early.changedBlock);
  await chain.rpc.call('anvil_mine', ['0x80']);
  const late = await careful.resolve(model, selector);
  expect(late.finalBlock).toBeGreaterThanOrEqual(late.changedBlock);
  expect(late.finalBlock).toBeLessThan(late.asOf.block);
});

test('stops waiting when the caller says so', async () => {
  const [registry, model] = await open();
  await chain.rpc.call('evm_setAutomine', [false]);
  const controller = new AbortController();
  const reason = new Error('enough');
  const log = memoryLog();
  const leaving = {
    ...log,
    async append(raw: string) {
      await log.append(raw);
      controller.abort(reason);
    },
  };
  const request = randomRequest(model, '1', { mode: 'root' });
  await expect(registry.publish(request, leaving, { signal: controller.signal })).rejects.toBe(reason);
  await chain.rpc.call('evm_setAutomine', [true]);
  await registry.publish(request, log);
  expect(log.entries).toHaveLength(1);
});
