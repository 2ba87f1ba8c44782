/** A reorganisation deeper than the configured confirmations: told of, and healed by the same transactions. */
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { placesIn } from '../../src/config/places.ts';
import { checkDatabases } from '../../src/doctor/databases.ts';
import { Journal } from '../../src/engine/journal.ts';
import type { BallastEvent } from '../../src/events.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { startTestChain } from '../../src/testing/nodes/anvil.ts';
import { publishTrace } from '../../src/testing/oracle/publish-trace.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { testFolder } from './process.ts';

test('D2: a release that the chain takes back after it was published is told of, and stored again by the same bytes', async () => {
  // Final is what is two epochs old.
  const chain = await startTestChain(['--slots-in-an-epoch', '4']);
  onTestFinished(() => chain.close());
  const privateKey = await chain.newKey();
  await chain.rpc.call('anvil_mine', ['0x10']);
  const folder = await testFolder();
  const home = join(folder, 'home');
  const blockchain = { rpcUrl: chain.url, contractAddress: chain.contract, privateKey };
  const storage = new ModelStorageManager({ home, blockchain: { ...blockchain, finality: 'finalized' } });
  onTestFinished(() => storage.close());
  const registry = await openEthereumRegistry(blockchain);
  onTestFinished(() => registry.close());
  const source = await writeTree(join(folder, 'model'), { 'weights.bin': 'weights' });

  const warnings: string[] = [];
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'note' && event.level === 'warning') warnings.push(event.text);
  };
  const listed = async () => (await storage.listModels({ onEvent })).map(({ version }) => version);
  const rows = async () => {
    const journal = await Journal.open(placesIn(home).journal);
    const all = await journal.notFinal.all();
    journal.close();
    return all;
  };
  const diagnosed = async () => {
    const ours = { isOurs: () => true, nameOf: String };
    return (await checkDatabases(placesIn(home), ours)).find(({ name }) => name === 'unfinished');
  };

  const store = () => storage.storeModel(source, 'local/m', { record: 'root', onEvent });
  await store();
  const first = await publishTrace(registry, null);
  expect(first).toMatchObject({ mined: 1, records: { 'm@1': expect.any(String) } });
  expect(await listed()).toEqual(['1']);
  const [remembered] = await rows();
  expect(remembered).toMatchObject({ version: '1', takenBack: false });
  expect(await diagnosed()).toMatchObject({ status: 'ok' });

  await chain.rpc.call('anvil_reorg', [1, []]);
  expect(warnings).toEqual([]);
  expect(await listed()).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(/m@1.*does not have it any more/)]);
  expect(await diagnosed()).toMatchObject({ status: 'warn', detail: expect.stringContaining('taken back') });

  expect(await store()).toMatchObject({ version: '1', transactions: 1 });
  expect(await publishTrace(registry, null)).toEqual(first);
  expect((await rows()).map(({ signed }) => signed)).toEqual([remembered?.signed]);
  await chain.rpc.call('anvil_mine', ['0x20']);
  warnings.length = 0;
  expect(await listed()).toEqual(['1']);
  expect(warnings).toEqual([]);
  expect(await rows()).toEqual([]);
});
