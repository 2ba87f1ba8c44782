/** A release of one chain on another: the same words, the home chain named, nothing sent twice or over something else. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deployRegistry } from '../../src/deploy/deploy.ts';
import { mirrorModels } from '../../src/deploy/mirror.ts';
import { parseModelName, parseVersion } from '../../src/ids/reference.ts';
import { ModelStorageManager } from '../../src/manager.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { randomBlock } from '../../src/testing/samples/blocks.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { startBareChain, temporaryFolder } from './bare-chain.ts';

const [HOME, OTHER] = [31337, 10];

/** Two chains, each with a registry at the same address, and a model on the first. */
async function open() {
  const [one, two] = [await startBareChain(HOME), await startBareChain(OTHER)];
  const { key, address: owner } = await one.newKey();
  await two.rpc.call('anvil_setBalance', [owner, `0x${(10n ** 21n).toString(16)}`]);
  const folder = await temporaryFolder();
  const chainOf = (rpcUrl: string) => ({ rpcUrl, privateKey: key, finality: 'latest' as const });
  const { address: contractAddress } = await deployRegistry({ blockchain: chainOf(one.url) }, { folder });
  await deployRegistry({ blockchain: chainOf(two.url) }, { folder });
  const config = { blockchain: { ...chainOf(one.url), contractAddress } };
  // Contract and key are those of the home chain.
  const to = { blockchain: { rpcUrl: two.url, finality: 'latest' as const } };
  const there = { blockchain: { ...config.blockchain, ...to.blockchain } };
  const home = join(folder, 'home');
  const storage = new ModelStorageManager({ ...config, home });
  onTestFinished(() => storage.close());
  const model = await writeTree(join(folder, 'model'), { 'w.bin': randomBlock(3_000_000).bytes });
  await storage.storeModel(model, 'local/m@1', { channel: 'stable' });
  /** What a registry says of a version. */
  const release = async ({ blockchain }: typeof there, version = '1') => {
    const registry = await openEthereumRegistry(blockchain);
    onTestFinished(() => registry.close());
    const selector = { kind: 'version', version: parseVersion(version) } as const;
    return (await registry.resolve(parseModelName(`${owner}/m`), selector)).release;
  };
  const sent = async () => Number(await two.rpc.call('eth_getTransactionCount', [owner, 'pending']));
  return { owner, config, to, there, home, storage, model, release, sent };
}

describe('mirror', () => {
  it('says there what the home chain says, and whose word it is', async () => {
    const { owner, config, to, there, home, release, sent } = await open();
    const before = await sent();
    const dry = await mirrorModels(config, to, [`${owner}/m@1`], { home, dryRun: true });
    expect(dry).toMatchObject([{ mirrored: false, mirrorStatus: null, quote: { transactions: 2 } }]);
    expect(await sent()).toBe(before);
    const rows = await mirrorModels(config, to, [`${owner}/m@stable`], { home });
    const named = { model: `${owner}/m`, version: '1', homeChain: HOME, chainId: OTHER };
    expect(rows).toMatchObject([{ ...named, mirrored: true, transactions: 2 }]);
    const [original, mirror] = [await release(config), await release(there)];
    const { manifest, chunkRoot, chunkCount, bytes, mode } = original;
    expect(mirror).toMatchObject({ manifest, chunkRoot, chunkCount, bytes, mode, homeChain: HOME });
    expect(original.homeChain).toBeNull();
    const again = await mirrorModels(config, to, [`${owner}/m@1`], { home });
    expect(again).toMatchObject([{ mirrored: true, transactions: 0, gasUsed: '0' }]);
    expect(await sent()).toBe(before + 2);
  });

  it('follows the status of the home chain where it is asked to, a revocation too', async () => {
    const { owner, config, to, home, storage } = await open();
    const ref = `${owner}/m@1`;
    const mirror = (status: boolean) => mirrorModels(config, to, [ref], { home, status });
    await mirror(true);
    await storage.releases.setStatus(ref, 'yanked', { reason: 'security' });
    expect(await mirror(false)).toMatchObject([{ homeStatus: 'yanked', mirrorStatus: 'active' }]);
    expect(await mirror(true)).toMatchObject([{ mirrorStatus: 'yanked', transactions: 1 }]);
    expect(await mirror(true)).toMatchObject([{ mirrorStatus: 'yanked', transactions: 0 }]);
    await storage.releases.setStatus(ref, 'revoked', { reason: 'security' });
    expect(await mirror(true)).toMatchObject([{ mirrorStatus: 'revoked', transactions: 1 }]);
  });

  it('is made of nothing that is revoked, and of no mirror', async () => {
    const { owner, config, to, there, home, storage, sent } = await open();
    const ref = `${owner}/m@1`;
    await mirrorModels(config, to, [ref], { home });
    const back = await mirrorModels(there, config, [ref], { home }).catch((error) => error);
    expect(back).toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: expect.stringContaining(`home chain ${HOME}`),
    });
    await storage.storeModel(join(home, '../model'), `${owner}/m@2`);
    await storage.releases.setStatus(`${owner}/m@2`, 'revoked', { reason: 'security' });
    const before = await sent();
    const revoked = mirrorModels(config, to, [`${owner}/m@2`], { home, status: true });
    await expect(revoked).rejects.toMatchObject({ code: 'RELEASE_REVOKED' });
    expect(await sent()).toBe(before);
  });

  it('is not made where another release has the version, nor where one calls itself at home', async () => {
    const { owner, config, to, there, home, model, sent } = await open();
    const other = new ModelStorageManager({ ...there, home: `${home}-other` });
    onTestFinished(() => other.close());
    await other.storeModel(model, 'local/m@1');
    const before = await sent();
    const mirror = () => mirrorModels(config, to, [`${owner}/m@1`], { home }).catch((error) => error);
    expect(await mirror()).toMatchObject({
      code: 'VERSION_EXISTS',
      message: expect.stringContaining('home chain'),
    });
    expect(await sent()).toBe(before);
  });

  it('needs two chains', async () => {
    const { owner, config, home } = await open();
    const same = mirrorModels(config, config, [`${owner}/m@1`], { home });
    await expect(same).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    const local = mirrorModels({}, config, ['m@1'], { home });
    await expect(local).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: expect.stringContaining('private'),
    });
  });
});
