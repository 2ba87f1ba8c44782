/** Events are asked for in ranges that a node takes, and what it gives is not believed without looking. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OnEvent } from '../../src/events.ts';
import { type ModelName, parseModelName } from '../../src/ids/reference.ts';
import { Chain } from '../../src/registries/ethereum/chain.ts';
import { topicsOf } from '../../src/registries/ethereum/events.ts';
import { deploymentBlock, readLogs } from '../../src/registries/ethereum/logs.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { type JsonRpc, RpcAnswerError } from '../../src/transport/json-rpc.ts';

let chain: TestChain;
let model: ModelName;
beforeAll(async () => {
  chain = await startTestChain();
  const options = { rpcUrl: chain.url, contractAddress: chain.contract, privateKey: await chain.newKey() };
  const registry = await openEthereumRegistry(options);
  model = parseModelName(`${registry.address}/tiny`);
  for (const version of ['1', '2', '3']) {
    await registry.publish(randomRequest(model, version, { mode: 'root' }), memoryLog());
    await chain.rpc.call('anvil_mine', ['0x40']);
  }
  await registry.close();
});
afterAll(() => chain.close());

type Answer = (logs: Record<string, unknown>[], span: number) => unknown;

/** The chain behind a node that answers `eth_getLogs` in its own way. @returns also the ranges that were asked for */
function behind(answer: Answer) {
  const spans: number[] = [];
  const rpc: JsonRpc = {
    async call(method, params, options) {
      const result = await chain.rpc.call(method, params, options);
      if (method !== 'eth_getLogs') return result;
      const { fromBlock, toBlock } = Object(params[0]);
      spans.push(Number(toBlock) - Number(fromBlock) + 1);
      return answer(result as Record<string, unknown>[], spans.at(-1)!);
    },
    close: async () => {},
  };
  return {
    spans,
    chain: new Chain({ rpc, chainId: chain.chainId, contract: chain.contract, finality: 'latest' }),
  };
}

const filter = () => ({ namespace: model.split('/')[0] as never, model, releases: [] });

async function logsBehind(answer: Answer, onEvent?: OnEvent) {
  const node = behind(answer);
  const head = await node.chain.head();
  const logs = await readLogs(node.chain, 0, head, topicsOf(filter()), { onEvent });
  return { ...node, logs };
}

it('one call where the node takes the whole range', async () => {
  const { logs, spans } = await logsBehind((all) => all);
  expect(spans).toHaveLength(1);
  // The model's creation: releases are filtered by their own ids.
  expect(logs).toHaveLength(1);
});

it.each([
  [-32_005, 'query returned more than 10000 results'],
  [-32_600, 'block range is too large'],
  [-32_602, 'you can make eth_getLogs requests with up to a 10 block range'],
])('D8: halves a range that the node refuses with %i %s', async (code, message) => {
  const waits: number[] = [];
  const onEvent: OnEvent = (event) => void (event.type === 'wait' && waits.push(event.seconds));
  const { logs, spans } = await logsBehind((all, span) => {
    if (span > 10) throw new RpcAnswerError(message, code, null);
    return all;
  }, onEvent);
  expect(waits.length).toBe(spans.filter((span) => span <= 10).length - 1);
  expect(logs).toHaveLength(1);
  expect(spans.filter((span) => span > 10).length).toBeLessThan(60);
});

it('D8: halves where an answer has as many logs as nodes cut off at', async () => {
  const { spans, logs } = await logsBehind((all, span) =>
    span > 40 ? Array(10_000).fill(all[0] ?? {}) : all,
  );
  expect(spans.some((span) => span <= 40)).toBe(true);
  expect(logs).toHaveLength(1);
});

it('D8: gives up where the node refuses a single block', async () => {
  const refusal = new RpcAnswerError('no logs here', -32_000, null);
  await expect(
    logsBehind(() => {
      throw refusal;
    }),
  ).rejects.toMatchObject({
    ...{ code: 'CHAIN_UNREACHABLE', cause: refusal },
    ...{ message: expect.stringMatching(/events of block \d+, but it said: no logs here/) },
  });
});

it.each<[string, (log: Record<string, unknown>) => Record<string, unknown>]>([
  ['that a reorganisation removed', (log) => ({ ...log, removed: true })],
  ['of another contract', (log) => ({ ...log, address: `0x${'12'.repeat(20)}` })],
  ['of another topic', (log) => ({ ...log, topics: [`0x${'12'.repeat(32)}`] })],
  ['of a block that was not asked for', (log) => ({ ...log, blockNumber: '0xffffff' })],
])('D7: a log %s is none of ours', async (_, change) => {
  const { logs } = await logsBehind((all) => all.map(change));
  expect(logs).toEqual([]);
});

it('D7: a log that is given twice counts once, and the order is the chain’s', async () => {
  const { logs } = await logsBehind((all) => [...all, ...all].reverse());
  expect(logs).toHaveLength(1);
});

it('finds the block of the contract, or begins before it where the node has no past', async () => {
  const node = behind((all) => all);
  const head = await node.chain.head();
  expect(await deploymentBlock(node.chain, head, {})).toBe(1);
  const forgetful = new Chain({
    rpc: {
      async call(method, params, options) {
        if (method === 'eth_getCode') throw new RpcAnswerError('missing trie node', -32_000, null);
        return chain.rpc.call(method, params, options);
      },
      close: async () => {},
    },
    ...{ chainId: chain.chainId, contract: chain.contract, finality: 'latest' },
  });
  expect(await deploymentBlock(forgetful, head, {})).toBe(0);
});
