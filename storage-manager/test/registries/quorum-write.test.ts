/** Writing by several endpoints: one that takes a transaction is enough, one that lies about it changes nothing. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { LATEST, parseModelName } from '../../src/ids/reference.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { type Evil, instead } from './evil-rpc.ts';
import { honest, oneRelease, openBehind, refusing } from './three-endpoints.ts';

const subject = oneRelease();
const SEND = 'eth_sendRawTransaction';
let models = 0;

const nonce = async (address: string) =>
  Number(await subject.chain.rpc.call('eth_getTransactionCount', [address, 'latest']));

/** Publishes a release of two transactions with a new key, by these endpoints. */
async function publishBy(evils: readonly Evil[]) {
  const privateKey = await subject.chain.newKey();
  const opened = await openBehind(subject, evils, { privateKey, pendingMs: 30_000 });
  onTestFinished(() => opened.registry.close());
  const model = await opened.registry.canonical(parseModelName(`local/m${++models}`));
  const log = memoryLog();
  const receipt = await opened.registry.publish(randomRequest(model, '1', { channels: [LATEST] }), log);
  const sent = { transactions: receipt.transactions, entries: log.entries.length };
  return { ...opened, sent, nonce: await nonce(opened.registry.address!) };
}

const ONCE = { sent: { transactions: 2, entries: 2 }, nonce: 2 };
const always = (method: string, result: unknown): Evil => instead(method, result);
const hash = `0x${'ab'.repeat(32)}`;
const receipt = (status: string) => ({ status, gasUsed: '0x5208', blockNumber: '0x1', blockHash: hash });

test('all are given each transaction, which is executed once', async () => {
  const { calls, ...published } = await publishBy([honest, honest, honest]);
  expect(published).toMatchObject(ONCE);
  expect(calls.map((each) => each[SEND])).toEqual([2, 2, 2]);
});

describe('one of three', () => {
  test.each<[string, Evil]>([
    ['D13: swallows transactions', always(SEND, hash)],
    ['D13: takes none', refusing(SEND, { code: -32_000, message: 'txpool is full' })],
    ['D13: knows each already', refusing(SEND, { code: -32_000, message: 'already known' })],
    ['D11: gives a nonce that is far ahead', always('eth_getTransactionCount', '0xffff')],
    ['D11: gives a nonce that lags', always('eth_getTransactionCount', '0x0')],
    ['D14: estimates next to no gas', always('eth_estimateGas', '0x5208')],
    ['D14: estimates more gas than a block has', always('eth_estimateGas', '0xffffffffff')],
    ['D12: says that tips are dear', always('eth_feeHistory', { reward: [['0xffffffffffff']] })],
    ['D14: says that all was mined', always('eth_getTransactionReceipt', receipt('0x1'))],
    ['D14: says that all was reverted', always('eth_getTransactionReceipt', receipt('0x0'))],
    ['D13: says that nothing was mined', always('eth_getTransactionReceipt', null)],
    ['D14: says that the account is empty', always('eth_getBalance', '0x0')],
  ])('%s, before the others: nothing is different', async (_, evil) => {
    expect(await publishBy([honest, evil, honest])).toMatchObject(ONCE);
    expect(await publishBy([evil, honest, honest])).toMatchObject(ONCE);
  });

  test('D17: dies at any call, before or after it was done: another goes on, and nobody notices', async () => {
    for (const done of [false, true])
      for (const at of [1, 2, 3, 5, 8, 13, 21]) {
        let calls = 0;
        const dying: Evil = async ({ forward, response }) => {
          calls += 1;
          if (calls < at) return false;
          if (calls === at && done) await forward();
          response.destroy();
          return true;
        };
        expect(await publishBy([dying, honest, honest])).toMatchObject(ONCE);
        expect(calls).toBeGreaterThanOrEqual(at);
      }
  });
});

test('of two one hears of each block later: what it does not know yet is waited for', async () => {
  const left = new Map<string, number>();
  const lagging: Evil = (call) => {
    const times = left.get(String(call.params[0])) ?? 3;
    if (call.method !== 'eth_getTransactionReceipt' || times === 0) return false;
    left.set(String(call.params[0]), times - 1);
    return instead(call.method, null)(call);
  };
  expect(await publishBy([honest, lagging])).toMatchObject(ONCE);
  expect([...left.values()]).toEqual([0, 0]);
});

test('none takes a transaction: it is said of each, and nothing is lost', async () => {
  const full = refusing(SEND, { code: -32_000, message: 'txpool is full' });
  const failed = await publishBy([full, full, full]).catch((error) => error);
  expect(failed).toMatchObject({ code: 'TRANSACTION_FAILED', exit: 9 });
  expect(failed.message.match(/http:\S+: txpool is full/g)).toHaveLength(3);
});

test('one alone is left that takes a transaction: that is enough', async () => {
  const full = refusing(SEND, { code: -32_000, message: 'txpool is full' });
  expect(await publishBy([full, full, honest])).toMatchObject(ONCE);
});
