/** What a fetch asks a chain, and whom it believes once a successor is announced. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import { Chain } from '../../src/registries/ethereum/chain.ts';
import { startTestChain } from '../../src/testing/nodes/anvil.ts';
import { callContract } from '../../src/testing/nodes/contract-calls.ts';
import { randomBlock } from '../../src/testing/samples/blocks.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { startEvilRpc } from '../registries/evil-rpc.ts';

/** A registry with an administrator, a release in it, and a record of what it is asked. */
async function open() {
  const chain = await startTestChain();
  onTestFinished(() => chain.close());
  const key = await chain.newKey();
  const contract = await chain.administered(key);
  const folder = await mkdtemp(join(tmpdir(), 'ballast-questions-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const asked: { method: string; params: readonly unknown[] }[] = [];
  const { url } = await startEvilRpc(chain.url, ({ method, params }) => {
    asked.push({ method, params });
    return false;
  });
  const storage = new ModelStorageManager({
    blockchain: {
      rpcUrl: url,
      contractAddress: contract,
      privateKey: await chain.newKey(),
      chainId: chain.chainId,
    },
    home: join(folder, 'home'),
  });
  onTestFinished(() => storage.close());
  const model = await writeTree(join(folder, 'model'), { 'w.bin': randomBlock(3_000_000).bytes });
  const { model: name } = await storage.storeModel(model, 'local/m');
  await storage.close();
  asked.length = 0;
  const announce = () => {
    const { rpc, chainId } = chain;
    const administered = new Chain({ rpc, chainId, contract, finality: 'latest' });
    return callContract(administered, key, 'announceSuccessor', [chain.contract]);
  };
  return { chain, contract, folder, storage, name, asked, announce };
}

test('a fetch asks three questions, all of one block, and reads no logs', async () => {
  const { contract, folder, storage, name, asked } = await open();
  await storage.retrieveModel(name, join(folder, 'out'));
  expect(asked.map(({ method }) => method).toSorted()).toEqual([
    'eth_call',
    'eth_call',
    'eth_getBlockByNumber',
  ]);
  const [probe, resolve] = asked.filter(({ method }) => method === 'eth_call').map(({ params }) => params);
  expect(resolve?.[0]).toMatchObject({ to: contract });
  expect(resolve?.[1]).toEqual({ blockHash: expect.stringMatching(/^0x[0-9a-f]{64}$/) });
  expect(probe?.[1]).toEqual(resolve?.[1]);
  asked.length = 0;
  await storage.retrieveModel(name, join(folder, 'again'));
  expect(asked.map(({ method }) => method)).toEqual(['eth_getBlockByNumber', 'eth_call']);
});

test('D24: a successor is told of, and neither asked nor followed', async () => {
  const { chain, contract, folder, storage, name, asked, announce } = await open();
  await announce();
  const warnings: string[] = [];
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'note' && event.level === 'warning') warnings.push(event.text);
  };
  const retrieved = await storage.retrieveModel(name, join(folder, 'out'), { onEvent });
  expect(retrieved).toMatchObject({ model: name, version: '1' });
  expect(warnings).toEqual([expect.stringContaining(`announce ${chain.contract}`)]);
  const receivers = asked.map(({ params }) => Object(params[0]).to).filter((to) => to !== undefined);
  expect(new Set(receivers)).toEqual(new Set([contract]));
  expect(await storage.modelInfo(name)).toMatchObject({ successor: chain.contract });
});
