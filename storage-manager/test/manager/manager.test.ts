import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { withLock } from '../../src/fs/locks.ts';
import type { PublishQuote } from '../../src/interfaces.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import { startTestChain } from '../../src/testing/nodes/anvil.ts';
import { treeDigests, writeTree } from '../../src/testing/samples/trees.ts';
import { freshManager } from './home.ts';

describe("the seed's calls", () => {
  it('store with a name and a description, and retrieve', async () => {
    const { folder, storage, model } = await freshManager();
    const result = await storage.storeModel(model, 'my-model-v1', 'My Model', 'A test model');
    expect(result).toMatchObject({ model: 'local/my-model-v1', version: '1', files: 3 });
    await storage.retrieveModel('my-model-v1', join(folder, 'output.tar.gz'));
    expect((await readFile(join(folder, 'output.tar.gz'))).subarray(0, 2)).toEqual(Buffer.of(0x1f, 0x8b));
    const info = await storage.modelInfo('my-model-v1');
    expect(info.meta).toMatchObject({ name: 'My Model', description: 'A test model' });
    expect(await storage.verifyModel('my-model-v1')).toMatchObject({ ok: true });
    expect(await storage.listModels()).toHaveLength(1);
  });

  it('construct from ipfsConfig and blockchainConfig', async () => {
    const { folder, model } = await freshManager();
    vi.stubEnv('BALLAST_HOME', join(folder, 'seed-home'));
    onTestFinished(() => void vi.unstubAllEnvs());
    const chain = await startTestChain();
    onTestFinished(() => chain.close());
    const ipfs = { host: '127.0.0.1', port: 9, protocol: 'http' } as const;
    const storage = new ModelStorageManager(ipfs, {
      rpcUrl: chain.url,
      privateKey: await chain.newKey(),
      contractAddress: chain.contract,
    });
    onTestFinished(() => storage.close());
    expect(await storage.listModels()).toEqual([]);
    expect(storage.ownNamespace).toBeNull();
    // The Kubo that was named is a store that must hold the release: out of reach, nothing is registered.
    await expect(storage.storeModel(model, 'local/m')).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    expect(await storage.listModels()).toEqual([]);
  });
});

describe('a configuration', () => {
  it.each([
    [{ nonsense: 1 }, 'CONFIG_INVALID'],
    [{ stores: [] }, 'CONFIG_INVALID'],
    [{ blockchain: { rpcUrl: 'http://localhost:8545' } }, 'CONFIG_INVALID'],
  ])('%j is refused by the constructor', (config, code) => {
    expect(() => new ModelStorageManager(config as object)).toThrowError(expect.objectContaining({ code }));
  });
});

describe('versions and channels', () => {
  it('count up with latest; a named version moves only the channel that is asked for', async () => {
    const { folder, storage } = await freshManager();
    const paths: string[] = [];
    for (const name of ['a', 'b', 'c']) paths.push(await writeTree(join(folder, name), { 'w.bin': name }));
    expect(await storage.storeModel(paths[0]!, 'm')).toMatchObject({ version: '1' });
    expect(await storage.storeModel(paths[1]!, 'm', { channel: 'beta' })).toMatchObject({ version: '2' });
    expect(await storage.storeModel(paths[2]!, 'm@3.0')).toMatchObject({ version: '3.0' });
    expect(
      (await storage.listModels({ all: true })).map(({ version, channels }) => [version, channels]),
    ).toEqual([
      ['1', []],
      ['2', ['latest', 'beta']],
      ['3.0', []],
    ]);
  });

  it('the same content with another channel moves only that one; latest follows what is stored', async () => {
    const { folder, storage, model } = await freshManager();
    const rows = async () =>
      (await storage.listModels({ all: true })).map(({ version, channels }) => [version, channels]);
    await storage.storeModel(model, 'm');
    const moved = await storage.storeModel(model, 'm', { channel: 'beta' });
    expect(moved).toMatchObject({ version: '1', transactions: 1 });
    expect(await rows()).toEqual([['1', ['latest', 'beta']]]);
    const again = await storage.storeModel(model, 'm', { channel: 'latest' });
    expect(again).toMatchObject({ version: '1', transactions: 0 });
    const other = await writeTree(join(folder, 'other'), { 'w.bin': 'other' });
    await storage.storeModel(other, 'm');
    const back = await storage.storeModel(model, 'm', { channel: 'beta' });
    expect(back).toMatchObject({ version: '1', transactions: 1 });
    expect(await rows()).toEqual([
      ['1', ['latest', 'beta']],
      ['2', []],
    ]);
  });

  it('a named version moves the one channel that is asked for', async () => {
    const { storage, model } = await freshManager();
    await storage.storeModel(model, 'm@1.0', { channel: 'beta' });
    expect(await storage.listModels()).toMatchObject([{ version: '1.0', channels: ['beta'] }]);
  });

  it('list by namespace, whichever way it is written', async () => {
    const { storage, model } = await freshManager();
    await storage.storeModel(model, 'm');
    const rows = await storage.listModels({ namespace: 'local' });
    expect(rows).toMatchObject([{ model: 'local/m' }]);
    expect(await storage.listModels({ namespace: storage.ownNamespace! })).toEqual(rows);
    expect(await storage.modelInfo(`${storage.ownNamespace}/m@1`)).toMatchObject({ model: 'local/m' });
  });
});

describe('a cost', () => {
  it('is asked for on a chain, and a no sends nothing', async () => {
    const { folder, model } = await freshManager();
    const chain = await startTestChain();
    onTestFinished(() => chain.close());
    const blockchain = {
      rpcUrl: chain.url,
      privateKey: await chain.newKey(),
      contractAddress: chain.contract,
    };
    const storage = new ModelStorageManager({ home: join(folder, 'other'), blockchain, namespace: 'local' });
    onTestFinished(() => storage.close());
    const asked: PublishQuote[] = [];
    const confirm = async (quote: PublishQuote) => {
      asked.push(quote);
      return false;
    };
    await expect(storage.storeModel(model, 'm', { confirm })).rejects.toMatchObject({
      code: 'COST_DECLINED',
    });
    expect(asked).toMatchObject([{ transactions: 2 }]);
    expect(await storage.listModels()).toEqual([]);
    expect(await storage.storeModel(model, 'm', { confirm: async () => true })).toMatchObject({
      newChunks: 0,
    });
  });

  it('is not asked for on the private chain', async () => {
    const { storage, model } = await freshManager();
    const confirm = () => Promise.reject(new Error('asked'));
    expect(await storage.storeModel(model, 'm', { confirm })).toMatchObject({ published: true });
  });
});

it('opens again after it was closed, and after it could not be opened', async () => {
  const { folder, storage, model } = await freshManager();
  await writeFile(join(folder, 'home'), 'in the way');
  await expect(storage.listModels()).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
  await rm(join(folder, 'home'));
  await storage.storeModel(model, 'm');
  await storage.close();
  await storage.close();
  expect(await storage.listModels()).toHaveLength(1);
});

it('ends a wait for what another holds, by the signal of one call or by close', async () => {
  const { folder, storage } = await freshManager();
  await withLock(join(folder, 'home', 'chain', 'lock'), async () => {
    const stop = new AbortController();
    const stopped = expect(storage.listModels({ signal: stop.signal })).rejects.toThrow('stopped');
    const closed = expect(storage.listModels()).rejects.toMatchObject({ code: 'INTERRUPTED' });
    stop.abort(new Error('stopped'));
    await stopped;
    await storage.close();
    await closed;
  });
  expect(await storage.listModels()).toEqual([]);
});

it('two managers of one home publish at once: two releases, none lost', async () => {
  const { folder, storage } = await freshManager();
  const other = new ModelStorageManager({ home: join(folder, 'home') });
  onTestFinished(() => other.close());
  const one = await writeTree(join(folder, 'one'), { 'w.bin': randomBytes(1_000) });
  const two = await writeTree(join(folder, 'two'), { 'w.bin': randomBytes(1_000) });
  const stored = await Promise.all([storage.storeModel(one, 'm'), other.storeModel(two, 'm')]);
  expect(stored.map(({ version }) => version).sort()).toEqual(['1', '2']);
  const out = join(folder, 'out');
  await storage.retrieveModel(`m@${stored[1]!.version}`, out);
  expect(await treeDigests(out)).toEqual(await treeDigests(two));
});

it('neither publishes the state folder or a key, nor writes over the state', async () => {
  const { folder, storage, model } = await freshManager();
  await storage.storeModel(model, 'm');
  const home = join(folder, 'home');
  const unsafe = { code: 'PATH_UNSAFE', exit: 7 };
  for (const path of [home, join(home, 'key'), folder])
    await expect(storage.storeModel(path, 'leak')).rejects.toMatchObject(unsafe);
  for (const path of [home, join(home, 'store', 'x.tar'), folder, join(home, 'new')])
    await expect(storage.retrieveModel('m', path, { force: true })).rejects.toMatchObject(unsafe);
  const extracting = storage.retrieveModel('m', `${home}.tar`, { extract: true, force: true });
  await expect(extracting).rejects.toMatchObject(unsafe);
  await writeFile(
    join(model, 'config.json'),
    JSON.stringify({ blockchain: { privateKey: 'ab'.repeat(32) } }),
  );
  await expect(storage.storeModel(model, 'm')).rejects.toMatchObject({ code: 'KEY_UNSAFE', exit: 7 });
});
