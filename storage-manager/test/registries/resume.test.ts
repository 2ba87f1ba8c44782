import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LATEST, parseChannel, parseModelName } from '../../src/ids/reference.ts';
import type { PublishRequest } from '../../src/interfaces.ts';
import { type EthereumOptions, openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { readTransaction } from '../../src/registries/ethereum/transaction.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomDigests, randomRequest } from '../../src/testing/suites/registry.ts';
import { type Evil, startEvilRpc } from './evil-rpc.ts';

let chain: TestChain;
let options: EthereumOptions;
let models = 0;

beforeAll(async () => {
  chain = await startTestChain();
  options = { rpcUrl: chain.url, contractAddress: chain.contract, privateKey: await chain.newKey() };
});
afterAll(async () => {
  await chain?.close();
});

/** 4,000 chunks of a new model: two record transactions and the release. */
async function newRequest(): Promise<PublishRequest> {
  const registry = await openEthereumRegistry(options);
  const model = await registry.canonical(parseModelName(`local/resume-${++models}`));
  await registry.close();
  return randomRequest(model, '1', { digests: randomDigests(4_000), channels: [LATEST] });
}

async function publish(request: PublishRequest, log = memoryLog(), more: Partial<EthereumOptions> = {}) {
  const registry = await openEthereumRegistry({ ...options, ...more });
  try {
    return await registry.publish(request, log);
  } finally {
    await registry.close();
  }
}

/** One release, and its channel moved once. */
async function expectOnce(request: PublishRequest): Promise<void> {
  const registry = await openEthereumRegistry(options);
  expect(await registry.model(request.model)).toMatchObject({ versionCount: 1, channels: [{ seq: 1 }] });
  const versions = registry.resolve(request.model, { kind: 'channel', channel: LATEST });
  expect((await versions).release.manifest).toBe(request.manifest);
  await registry.close();
}

describe('a publish that was killed', () => {
  test.each([1, 2, 3])('before it logged transaction %i is finished by the next run', async (place) => {
    const request = await newRequest();
    const log = memoryLog();
    const dying = {
      ...log,
      append: (raw: string) => (log.entries.length + 1 === place ? die() : log.append(raw)),
    };
    await expect(publish(request, dying)).rejects.toThrow('killed');
    const { transactions } = await publish(request, log);
    expect(transactions).toBe(3);
    expect(log.entries).toHaveLength(3);
    await expectOnce(request);
  });

  test.each([1, 2, 3])('after it logged transaction %i sends the same bytes', async (place) => {
    const request = await newRequest();
    const log = memoryLog();
    const dying = {
      ...log,
      async append(raw: string) {
        await log.append(raw);
        if (log.entries.length === place) die();
      },
    };
    await expect(publish(request, dying)).rejects.toThrow('killed');
    const signed = [...log.entries];
    const { transactions } = await publish(request, log);
    expect(transactions).toBe(3);
    expect(log.entries.slice(0, place)).toEqual(signed);
    expect(log.entries).toHaveLength(3);
    await expectOnce(request);
  });

  test.each([1, 2, 3])('D13: after the node took transaction %i sends nothing twice', async (place) => {
    const request = await newRequest();
    const log = memoryLog();
    const { url } = await startEvilRpc(chain.url, loseAnswer(place));
    const lost = publish(request, log, { rpcUrl: url });
    await expect(lost).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    const { transactions } = await publish(request, log);
    expect(transactions).toBe(3);
    expect(log.entries).toHaveLength(3);
    await expectOnce(request);
  });

  test('does not move the channel back that another release has moved since', async () => {
    const request = await newRequest();
    const log = memoryLog();
    await publish(request, log);
    await publish({ ...(await newRequest()), model: request.model, version: '2' as typeof request.version });
    const again = await publish(request, log);
    expect(again.transactions).toBe(3);
    const registry = await openEthereumRegistry(options);
    const latest = await registry.resolve(request.model, { kind: 'channel', channel: LATEST });
    expect(latest.channel).toMatchObject({ version: '2', seq: 2 });
    await registry.close();
  });

  test('after the node took the move of two channels moves none again', async () => {
    const { model } = await newRequest();
    const request = randomRequest(model, '1', { mode: 'root' });
    await publish(request);
    const move = { ...request, channels: [LATEST, parseChannel('beta')] };
    const log = memoryLog();
    const { url } = await startEvilRpc(chain.url, loseAnswer(1));
    const lost = publish(move, log, { rpcUrl: url });
    await expect(lost).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    expect(await publish(move, log)).toMatchObject({ transactions: 1 });
    const registry = await openEthereumRegistry(options);
    expect(await registry.model(model)).toMatchObject({ channels: [{ seq: 1 }, { seq: 1 }] });
    await registry.close();
  });
});

test('D11: signs anew when another transaction has taken the nonce', async () => {
  const request = await newRequest();
  const log = memoryLog();
  const dying = {
    ...log,
    async append(raw: string) {
      await log.append(raw);
      die();
    },
  };
  await expect(publish(request, dying)).rejects.toThrow('killed');
  await publish(await newRequest());
  await publish(request, log, { pendingMs: 5_000 });
  expect(log.entries).toHaveLength(4);
  await expectOnce(request);
});

test('D11: what was signed anew with another nonce is paid for once, however often it is run', async () => {
  const privateKey = await chain.newKey();
  const registry = await openEthereumRegistry({ ...options, privateKey });
  const model = await registry.canonical(parseModelName('local/anew'));
  const request = randomRequest(model, '1', { mode: 'root', channels: [LATEST] });
  const once = memoryLog();
  const dying = { ...once, append: async (raw: string) => once.append(raw).then(die) };
  await expect(registry.publish(request, dying)).rejects.toThrow('killed');
  // Its first nonce was above a gap that nobody closed, so that it was signed with the one below.
  const signed = readTransaction(once.entries[0]!);
  const above = registry.writer().account.sign({ ...signed, nonce: signed.nonce + 1 });
  const log = memoryLog();
  for (const raw of [above.raw, signed.raw]) await log.append(raw);
  for (const _ of ['killed again', 'and run again']) {
    expect(await registry.publish(request, log)).toMatchObject({ transactions: 1 });
    expect(await chain.rpc.call('eth_getTransactionCount', [registry.address, 'pending'])).toBe('0x1');
  }
  await registry.close();
});

function loseAnswer(place: number): Evil {
  let sends = 0;
  return async ({ method, forward, response }) => {
    if (method !== 'eth_sendRawTransaction') return false;
    sends += 1;
    if (sends !== place) return false;
    await forward();
    response.destroy();
    return true;
  };
}

function die(): never {
  throw new Error('killed');
}
