/** Fault D12: a transaction that the chain's price has left behind. */
import { Transaction } from 'ethers';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { LATEST, parseModelName } from '../../src/ids/reference.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { type Evil, startEvilRpc } from './evil-rpc.ts';

const GWEI = 10n ** 9n;

let chain: TestChain;
beforeEach(async () => {
  chain = await startTestChain();
});
afterEach(() => chain.close());

/** One transaction to publish; looked after each 600 ms, for 6 s. */
async function publisher(rpcUrl = chain.url) {
  const privateKey = await chain.newKey();
  const options = { contractAddress: chain.contract, privateKey, pendingMs: 6_000 };
  const registry = await openEthereumRegistry({ ...options, rpcUrl });
  onTestFinished(() => registry.close());
  const model = await registry.canonical(parseModelName('local/m'));
  const once = async () =>
    expect(await registry.model(model)).toMatchObject({ versionCount: 1, channels: [{ seq: 1 }] });
  return { registry, once, request: randomRequest(model, '1', { mode: 'root', channels: [LATEST] }) };
}

/** A block with this base fee, in wei. */
async function mineAt(baseFee: bigint): Promise<void> {
  await chain.rpc.call('anvil_setNextBlockBaseFeePerGas', [`0x${baseFee.toString(16)}`]);
  await chain.rpc.call('evm_mine', []);
}

const pending = async () => Number(Object(await chain.rpc.call('txpool_status', [])).pending);

test('D12: is replaced once, by one with the same nonce that pools take and miners can', async () => {
  const { registry, once, request } = await publisher();
  const log = memoryLog();
  await chain.rpc.call('evm_setAutomine', [false]);
  const publishing = registry.publish(request, log);
  await expect.poll(pending, { timeout: 10_000 }).toBe(1);
  await mineAt(100n * GWEI);
  await expect.poll(() => log.entries.length, { timeout: 10_000 }).toBe(2);
  const [first, second] = log.entries.map((raw) => Transaction.from(raw));
  expect(second).toMatchObject({ nonce: first?.nonce, data: first?.data, to: first?.to });
  expect(second!.maxFeePerGas! * 100n).toBeGreaterThan(first!.maxFeePerGas! * 110n);
  expect(second!.maxPriorityFeePerGas! * 100n).toBeGreaterThanOrEqual(first!.maxPriorityFeePerGas! * 110n);
  // Too dear for the second as well: that one is not replaced again, and a later block takes it.
  await mineAt(300n * GWEI);
  await mineAt(50n * GWEI);
  await chain.rpc.call('evm_setAutomine', [true]);
  expect(await publishing).toMatchObject({ transactions: 1 });
  expect(log.entries).toHaveLength(2);
  await once();
});

test('D12: above the agreed price stays pending, and is finished by the same bytes once the price falls', async () => {
  const { registry, once, request } = await publisher();
  const { maxFeePerGas } = await registry.quote(request);
  const log = memoryLog();
  await chain.rpc.call('evm_setAutomine', [false]);
  const publishing = registry.publish(request, log, { maxFeePerGas }).catch((error) => error);
  await expect.poll(pending, { timeout: 10_000 }).toBe(1);
  await mineAt(100n * GWEI);
  expect(await publishing).toMatchObject({
    ...{ code: 'TRANSACTION_PENDING', exit: 9 },
    next: expect.stringContaining('run the same command again'),
  });
  expect(log.entries).toHaveLength(1);
  await mineAt(GWEI / 2n);
  await chain.rpc.call('evm_setAutomine', [true]);
  expect(await registry.publish(request, log, { maxFeePerGas })).toMatchObject({ transactions: 1 });
  expect(log.entries).toHaveLength(1);
  await once();
});

test('D12: that the first run has replaced is found by the next, whichever of the two was mined', async () => {
  for (const [place, account] of [await publisher(), await publisher()].entries()) {
    const { registry, once, request } = account;
    const log = memoryLog();
    await chain.rpc.call('evm_setAutomine', [false]);
    const controller = new AbortController();
    const publishing = registry.publish(request, log, controller).catch((error) => error);
    await expect.poll(pending, { timeout: 10_000 }).toBe(1);
    await mineAt(100n * GWEI);
    await expect.poll(() => log.entries.length, { timeout: 10_000 }).toBe(2);
    controller.abort(new Error('stopped'));
    await publishing;
    await chain.rpc.call('anvil_dropAllTransactions', []);
    await mineAt(GWEI);
    await chain.rpc.call('evm_setAutomine', [true]);
    await chain.rpc.call('eth_sendRawTransaction', [log.entries[place]]);
    expect(await registry.publish(request, log)).toMatchObject({ transactions: 1 });
    expect(log.entries).toHaveLength(2);
    await once();
  }
});

test.each(['transaction underpriced', 'replacement transaction underpriced'])(
  'D12: that the node calls %s ends with its reason, and is finished by the next run',
  async (message) => {
    const refuse: Evil = ({ id, method, response }) => {
      if (method !== 'eth_sendRawTransaction' || honest) return false;
      response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message } }));
      return true;
    };
    let honest = false;
    const { url, calls } = await startEvilRpc(chain.url, refuse);
    const { registry, once, request } = await publisher(url);
    const log = memoryLog();
    await expect(registry.publish(request, log)).rejects.toMatchObject({
      ...{ code: 'TRANSACTION_FAILED', exit: 9 },
      message: expect.stringContaining(message),
    });
    // What replaces another's is tried at growing pauses: that one may be mined meanwhile.
    expect(calls.eth_sendRawTransaction).toBe(message.startsWith('replacement') ? 8 : 1);
    expect(log.entries).toHaveLength(1);
    honest = true;
    expect(await registry.publish(request, log)).toMatchObject({ transactions: 1 });
    expect(log.entries).toHaveLength(1);
    await once();
  },
);
