import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { digestOf } from '../../src/ids/digest.ts';
import { LATEST, parseModelName, parseVersion } from '../../src/ids/reference.ts';
import type { PublishRequest } from '../../src/interfaces.ts';
import { type EthereumOptions, openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomDigests, randomRequest } from '../../src/testing/suites/registry.ts';

let chain: TestChain;
let models = 0;

beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(async () => {
  await chain?.close();
});

async function open(more: Partial<EthereumOptions> = {}) {
  const privateKey = await chain.newKey();
  const registry = await openEthereumRegistry({
    ...{ rpcUrl: chain.url, contractAddress: chain.contract, privateKey },
    ...more,
  });
  onTestFinished(() => registry.close());
  const model = await registry.canonical(parseModelName(`local/edited-${++models}`));
  return { registry, model };
}

/** The same version with other content. */
function edited(request: PublishRequest, version: string = request.version): PublishRequest {
  return randomRequest(request.model, version, { channels: request.channels, mode: request.mode });
}

/** A log whose process dies once it holds `entries` transactions, before the last of them is sent. */
function dyingLog(entries: number) {
  const log = memoryLog();
  const append = async (raw: string) => {
    await log.append(raw);
    if (log.entries.length === entries) throw new Error('killed');
  };
  return { log, dying: { ...log, append } };
}

/** Between two runs of one command its files, and so its manifest, may have changed. */
describe('what a log keeps', () => {
  test('of an edited tree is not sent, and does not count', async () => {
    const { registry, model } = await open();
    const request = randomRequest(model, '1', { digests: randomDigests(4_000), channels: [LATEST] });
    const { log, dying } = dyingLog(3);
    await expect(registry.publish(request, dying)).rejects.toThrow('killed');
    const second = edited(request);
    const receipt = await registry.publish(second, log);
    expect(receipt).toMatchObject({ transactions: 2, release: { manifest: second.manifest } });
    expect(await registry.model(model)).toMatchObject({ versionCount: 1, channels: [{ seq: 1 }] });
  });

  test('of records that the edited tree still needs is sent, and counts', async () => {
    const { registry, model } = await open();
    const request = randomRequest(model, '1', { digests: randomDigests(4_000) });
    const { log, dying } = dyingLog(1);
    await expect(registry.publish(request, dying)).rejects.toThrow('killed');
    const receipt = await registry.publish({ ...request, manifest: digestOf(randomBytes(8)) }, log);
    expect(receipt.transactions).toBe(3);
    expect(log.entries).toHaveLength(3);
  });

  describe('of an edited tree and the node holds still', () => {
    test('is awaited, and its version is taken', async () => {
      const { registry, model } = await open();
      const request = randomRequest(model, '1', { mode: 'root', channels: [LATEST] });
      const log = memoryLog();
      const controller = new AbortController();
      await chain.rpc.call('evm_setAutomine', [false]);
      const abandoned = registry.publish(request, log, controller);
      await expect.poll(pending, { timeout: 10_000 }).toBe(1);
      controller.abort(new Error('stopped'));
      await expect(abandoned).rejects.toThrow('stopped');
      const attempt = registry.publish(edited(request), log).catch((error) => error);
      await chain.rpc.call('evm_setAutomine', [true]);
      await chain.rpc.call('evm_mine', []);
      expect(await attempt).toMatchObject({ code: 'VERSION_EXISTS' });
      expect(log.entries).toHaveLength(1);
      expect(await registry.publish(edited(request, '2'), log)).toMatchObject({ transactions: 1 });
      expect(log.entries).toHaveLength(2);
    });

    test('D13: leaves its nonce when the node drops it', async () => {
      const { registry, model } = await open({ pendingMs: 300 });
      const request = randomRequest(model, '1', { mode: 'root', channels: [LATEST] });
      const log = memoryLog();
      await chain.rpc.call('evm_setAutomine', [false]);
      await expect(registry.publish(request, log)).rejects.toMatchObject({ code: 'TRANSACTION_PENDING' });
      await expect(registry.publish(edited(request), log)).rejects.toMatchObject({
        code: 'TRANSACTION_PENDING',
      });
      expect(log.entries).toHaveLength(1);
      await chain.rpc.call('anvil_dropAllTransactions', []);
      await chain.rpc.call('evm_setAutomine', [true]);
      const second = edited(request);
      const receipt = await registry.publish(second, log);
      expect(receipt).toMatchObject({ transactions: 1, release: { manifest: second.manifest } });
    });
  });

  test('of another version stands for no move of this one', async () => {
    const { registry, model } = await open();
    const log = memoryLog();
    await registry.publish(randomRequest(model, '1', { mode: 'root', channels: [LATEST] }), log);
    const second = randomRequest(model, '2', { mode: 'root' });
    await registry.publish(second, memoryLog());
    expect(await registry.publish({ ...second, channels: [LATEST] }, log)).toMatchObject({ transactions: 1 });
    const latest = await registry.resolve(model, { kind: 'channel', channel: LATEST });
    expect(latest.channel).toEqual({ channel: LATEST, version: parseVersion('2'), seq: 2 });
  });
});

/** Transactions in the node's pool. */
async function pending(): Promise<number> {
  return Number(Object(await chain.rpc.call('txpool_status', [])).pending);
}
