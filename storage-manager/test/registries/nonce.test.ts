import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parseModelName } from '../../src/ids/reference.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { type Evil, instead, startEvilRpc } from './evil-rpc.ts';

describe('D11: a node that is behind and gives an old nonce', () => {
  let chain: TestChain;
  beforeAll(async () => {
    chain = await startTestChain();
  });
  afterAll(async () => {
    await chain?.close();
  });

  /** An account that has sent one transaction, and the way to its next one through a proxy. */
  async function behind(evil: Evil) {
    const { url, calls } = await startEvilRpc(chain.url, evil);
    const options = { contractAddress: chain.contract, privateKey: await chain.newKey() };
    const direct = await openEthereumRegistry({ ...options, rpcUrl: chain.url });
    const model = await direct.canonical(parseModelName('local/m'));
    await direct.publish(randomRequest(model, '1', { mode: 'root' }), memoryLog());
    await direct.close();
    const registry = await openEthereumRegistry({ ...options, rpcUrl: url });
    onTestFinished(() => registry.close());
    return { registry, request: randomRequest(model, '2', { mode: 'root' }), calls };
  }

  const oldNonce = instead('eth_getTransactionCount', '0x0');

  test('is asked again after growing pauses, and the same bytes are logged once', async () => {
    let asked = 0;
    const { registry, request, calls } = await behind((call) => {
      if (call.method === 'eth_getTransactionCount') asked += 1;
      return asked <= 3 && oldNonce(call);
    });
    const log = memoryLog();
    const began = performance.now();
    expect(await registry.publish(request, log)).toMatchObject({ transactions: 1 });
    expect(performance.now() - began).toBeGreaterThan(20 + 50 + 100);
    expect(calls.eth_sendRawTransaction).toBe(4);
    expect(log.entries).toHaveLength(2);
  });

  test('is left as soon as the caller says so', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { registry, request, calls } = await behind((call) => {
      if (call.method === 'eth_sendRawTransaction')
        call.response.once('finish', () => controller.abort(reason));
      return oldNonce(call);
    });
    await expect(registry.publish(request, memoryLog(), controller)).rejects.toBe(reason);
    expect(calls.eth_sendRawTransaction).toBe(1);
  });
});
