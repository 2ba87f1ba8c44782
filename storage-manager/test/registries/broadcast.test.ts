/** Faults D11, D13, D14: what becomes of signed bytes between an account and a node that others use too, or that lies. */
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { LATEST, parseModelName } from '../../src/ids/reference.ts';
import { Account } from '../../src/registries/ethereum/account.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { readTransaction } from '../../src/registries/ethereum/transaction.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { type Evil, instead, startEvilRpc } from './evil-rpc.ts';

const MUCH = `0x${(10n ** 21n).toString(16)}`;

let chain: TestChain;
beforeEach(async () => {
  chain = await startTestChain();
});
afterEach(() => chain.close());

async function publisher(evil: Evil = () => false) {
  const privateKey = await chain.newKey();
  const { url, calls } = await startEvilRpc(chain.url, evil);
  const options = { contractAddress: chain.contract, privateKey, pendingMs: 500 };
  const registry = await openEthereumRegistry({ ...options, rpcUrl: url });
  onTestFinished(() => registry.close());
  const model = await registry.canonical(parseModelName('local/m'));
  const once = async () =>
    expect(await registry.model(model)).toMatchObject({ versionCount: 1, channels: [{ seq: 1 }] });
  /** Another program that holds the key sends a transaction of no matter. */
  const sendOutside = (nonce: number) => {
    const transfer = {
      chainId: chain.chainId,
      nonce,
      to: `0x${'77'.repeat(20)}`,
      data: '0x',
      gasLimit: 30_000n,
    };
    const { raw } = new Account(privateKey).sign({ ...transfer, fees: { max: 10n ** 11n, priority: 1n } });
    return chain.rpc.call('eth_sendRawTransaction', [raw]);
  };
  const request = randomRequest(model, '1', { mode: 'root', channels: [LATEST] });
  return { registry, once, calls, sendOutside, request, log: memoryLog() };
}

const nonces = (log: { entries: readonly string[] }) => log.entries.map((raw) => readTransaction(raw).nonce);

describe('D11: beside another program that uses the account', () => {
  test('a gap that it leaves above is no hindrance', async () => {
    const { registry, once, sendOutside, request, log } = await publisher();
    await sendOutside(3);
    expect(await registry.publish(request, log)).toMatchObject({ transactions: 1 });
    expect(nonces(log)).toEqual([0]);
    await once();
  });

  test('a transaction of its that waits is waited for behind it', async () => {
    const { registry, once, sendOutside, request, log } = await publisher();
    await chain.rpc.call('evm_setAutomine', [false]);
    await sendOutside(0);
    await expect(registry.publish(request, log)).rejects.toMatchObject({
      code: 'TRANSACTION_PENDING',
      exit: 9,
    });
    await chain.rpc.call('evm_setAutomine', [true]);
    await chain.rpc.call('evm_mine', []);
    expect(await registry.publish(request, log)).toMatchObject({ transactions: 1 });
    expect(nonces(log)).toEqual([1]);
    await once();
  });

  test('a gap below, where its transaction is lost, is closed by signing anew', async () => {
    const { registry, once, sendOutside, request, log } = await publisher();
    await chain.rpc.call('evm_setAutomine', [false]);
    await sendOutside(0);
    await expect(registry.publish(request, log)).rejects.toMatchObject({ code: 'TRANSACTION_PENDING' });
    await chain.rpc.call('anvil_dropAllTransactions', []);
    await chain.rpc.call('evm_setAutomine', [true]);
    expect(await registry.publish(request, log)).toMatchObject({ transactions: 1 });
    expect(nonces(log)).toEqual([1, 0]);
    await once();
  });
});

describe('D13: a node', () => {
  // Nethermind, Besu and Erigon have words of their own.
  test.each([
    ...['already known', 'Transaction already imported'],
    ...['AlreadyKnown', 'Known transaction', 'existing tx with same hash'],
  ])('that says %s has taken it', async (message) => {
    const { registry, once, calls, request, log } = await publisher(
      async ({ id, method, forward, response }) => {
        if (method !== 'eth_sendRawTransaction') return false;
        await forward();
        response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message } }));
        return true;
      },
    );
    expect(await registry.publish(request, log)).toMatchObject({ transactions: 1 });
    expect(calls.eth_sendRawTransaction).toBe(1);
    await once();
  });

  test.each([502, 503, 504, 429])(
    'that takes it, and whose proxy answers %s all the same, is given no second one',
    async (status) => {
      let sends = 0;
      const { registry, once, request, log } = await publisher(async ({ method, forward, response }) => {
        if (method !== 'eth_sendRawTransaction') return false;
        sends += 1;
        if (sends > 1) return false;
        await forward();
        response.statusCode = status;
        response.end();
        return true;
      });
      expect(await registry.publish(request, log)).toMatchObject({ transactions: 1 });
      expect(nonces(log)).toEqual([0]);
      await once();
    },
  );

  test.each([
    'OldNonce, Current nonce: 1, nonce of rejected tx: 0',
    'ReplacementNotAllowed',
    'Nonce too low',
    'replacement transaction underpriced',
  ])('that says %s has another with that nonce: it is asked again', async (message) => {
    let sends = 0;
    const { registry, once, request, log } = await publisher(({ id, method, response }) => {
      if (method !== 'eth_sendRawTransaction') return false;
      sends += 1;
      if (sends > 1) return false;
      response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message } }));
      return true;
    });
    expect(await registry.publish(request, log)).toMatchObject({ transactions: 1 });
    expect(nonces(log)).toEqual([0]);
    await once();
  });

  test.each(['InsufficientFunds, Account balance: 1', 'Upfront cost exceeds account balance'])(
    'that says %s names the reason',
    async (message) => {
      const { registry, request, log } = await publisher(({ id, method, response }) => {
        if (method !== 'eth_sendRawTransaction') return false;
        response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32_000, message } }));
        return true;
      });
      await expect(registry.publish(request, log)).rejects.toMatchObject({ code: 'FUNDS_INSUFFICIENT' });
    },
  );

  test('that says yes and forgets is given the same bytes again', async () => {
    let sends = 0;
    const { registry, once, request, log } = await publisher((call) => {
      if (call.method !== 'eth_sendRawTransaction') return false;
      sends += 1;
      return sends === 1 && instead('eth_sendRawTransaction', `0x${'11'.repeat(32)}`)(call);
    });
    expect(await registry.publish(request, log)).toMatchObject({ transactions: 1 });
    expect({ sends, entries: log.entries.length }).toEqual({ sends: 2, entries: 1 });
    await once();
  });
});

describe('D14: a node whose estimate of gas', () => {
  test.each([
    ['is too low by half', (gas: number) => gas / 2, 'it was too little', 1],
    ['is below what any transaction costs', () => 1_000, 'intrinsic gas', 1],
    ['is beyond every block', () => 10 ** 15, 'must hold', 0],
  ])('%s: one attempt at most, and its reason', async (_, lie, text, entries) => {
    const { registry, request, log } = await publisher(async ({ method, forward, response }) => {
      if (method !== 'eth_estimateGas') return false;
      const { result, ...answer } = JSON.parse(await forward());
      response.end(
        JSON.stringify({ ...answer, result: `0x${Math.floor(lie(Number(result))).toString(16)}` }),
      );
      return true;
    });
    const error = await registry.publish(request, log).catch((reason) => reason);
    expect(error).toMatchObject({ exit: 9, message: expect.stringMatching(text) });
    expect(log.entries).toHaveLength(entries);
    expect(await registry.model(request.model)).toBeNull();
  });

  test('fits, but whose balance does not: its reason, once it is sent', async () => {
    const { registry, request, log } = await publisher(instead('eth_getBalance', MUCH));
    await chain.rpc.call('anvil_setBalance', [registry.writer().address, '0x1']);
    const error = await registry.publish(request, log).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'FUNDS_INSUFFICIENT', exit: 9 });
    expect(log.entries).toHaveLength(1);
    await chain.rpc.call('anvil_setBalance', [registry.writer().address, MUCH]);
    expect(await registry.publish(request, log)).toMatchObject({ transactions: 1 });
    expect(log.entries).toHaveLength(1);
  });

  test('names a reason of the contract is believed, and nothing is sent', async () => {
    const { registry, request, log } = await publisher(({ id, method, response }) => {
      if (method !== 'eth_estimateGas') return false;
      // EnforcedPause()
      const error = { code: 3, message: 'execution reverted', data: '0xd93c0665' };
      response.end(JSON.stringify({ jsonrpc: '2.0', id, error }));
      return true;
    });
    await expect(registry.publish(request, log)).rejects.toMatchObject({ code: 'REGISTRY_PAUSED', exit: 9 });
    expect(log.entries).toEqual([]);
  });
});
