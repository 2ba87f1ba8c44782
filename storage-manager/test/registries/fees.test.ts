import { Transaction } from 'ethers';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { LATEST, parseModelName } from '../../src/ids/reference.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import type { EthereumRegistry } from '../../src/registries/ethereum/registry.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomDigests, randomRequest } from '../../src/testing/suites/registry.ts';

const GWEI = 10n ** 9n;

let chain: TestChain;
beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(async () => {
  await chain?.close();
});

async function open(): Promise<EthereumRegistry> {
  const registry = await openEthereumRegistry({
    rpcUrl: chain.url,
    contractAddress: chain.contract,
    privateKey: await chain.newKey(),
  });
  onTestFinished(() => registry.close());
  return registry;
}

/** A block with this base fee, in wei. */
async function mineAt(baseFee: bigint): Promise<void> {
  await chain.rpc.call('anvil_setNextBlockBaseFeePerGas', [`0x${baseFee.toString(16)}`]);
  await chain.rpc.call('evm_mine', []);
}

/** A request and its quote at a base fee of 10 gwei. */
async function quoted(registry: EthereumRegistry, name: string) {
  const model = await registry.canonical(parseModelName(`local/${name}`));
  const request = randomRequest(model, '1', { digests: randomDigests(4_000), channels: [LATEST] });
  await mineAt(10n * GWEI);
  return { request, quote: await registry.quote(request) };
}

test('a quote is an upper bound: twice its price', async () => {
  const { quote } = await quoted(await open(), 'quoted');
  expect(quote.maxFeePerGas).toBe((quote.wei / quote.gas) * 2n);
  expect(quote.maxFeePerGas).toBeGreaterThanOrEqual(20n * GWEI);
});

test('no transaction allows more than was agreed to', async () => {
  const registry = await open();
  const { request, quote } = await quoted(registry, 'dearer');
  await mineAt(17n * GWEI);
  const log = memoryLog();
  await registry.publish(request, log, { maxFeePerGas: quote.maxFeePerGas });
  const allowed = log.entries.map((raw) => Transaction.from(raw).maxFeePerGas);
  expect(allowed).toHaveLength(3);
  expect(allowed[0]).toBe(quote.maxFeePerGas);
  for (const max of allowed) expect(max).toBeLessThanOrEqual(quote.maxFeePerGas);
});

test('nothing is sent once the price is above that', async () => {
  const registry = await open();
  const { request, quote } = await quoted(registry, 'too-dear');
  await mineAt(40n * GWEI);
  const log = memoryLog();
  const attempt = registry.publish(request, log, { maxFeePerGas: quote.maxFeePerGas });
  await expect(attempt).rejects.toMatchObject({ code: 'PRICE_RISEN', exit: 9 });
  expect(log.entries).toEqual([]);
  const { maxFeePerGas } = await registry.quote(request);
  expect(await registry.publish(request, log, { maxFeePerGas })).toMatchObject({ transactions: 3 });
});
