/** The chain is unavailable, and IPFS carries on: by a lock, a statement or a CID, every block proven; else not at all. */
import { randomBytes } from 'node:crypto';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ModelStorageManager } from '../../src/manager.ts';
import { Account } from '../../src/registries/ethereum/account.ts';
import { startTestChain } from '../../src/testing/nodes/anvil.ts';
import { findKubo, startKubo } from '../../src/testing/nodes/kubo.ts';
import { treeDigests, writeTree } from '../../src/testing/samples/trees.ts';

const binary = findKubo();

describe.skipIf(binary === null)('with the node of the chain killed', () => {
  it('P3: a real Kubo still gives what was locked, stated or named by its CID, and only that', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ballast-kubo-down-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const kubo = await startKubo(binary!);
    onTestFinished(() => kubo.close());
    const chain = await startTestChain();
    let down = false;
    onTestFinished(async () => {
      if (!down) await chain.close();
    });
    const [owner, signer] = [await chain.newKey(), await chain.newKey()];
    const open = (home: string, more: { privateKey?: string } = {}) => {
      const storage = new ModelStorageManager({
        ...{ home: join(folder, home), stores: ['kubo'], lock: join(folder, home, 'models.lock') },
        ipfs: { host: '127.0.0.1', port: Number(new URL(kubo.api).port), gateway: kubo.gateway },
        blockchain: { rpcUrl: chain.url, contractAddress: chain.contract, ...more },
        trust: { statements: [join(folder, 'mirror')] },
      });
      onTestFinished(() => storage.close());
      return storage;
    };
    const namespace = new Account(owner).address;
    const model = await writeTree(join(folder, 'model'), { 'w.bin': randomBytes(2_500_000), 'a/b': 'b' });
    const publisher = open('publisher', { privateKey: owner });
    const { manifest, content } = await publisher.storeModel(model, `${namespace}/m@1`);
    await publisher.storeModel(join(model, 'a'), `${namespace}/m@2`);
    await publisher.namespaces.setStatementKey(namespace, new Account(signer).address);
    await open('signer', { privateKey: signer }).releases.state(`${namespace}/m@1`, {
      folder: join(folder, 'mirror'),
    });
    await open('locked').locks.add([`${namespace}/m@1`]);
    await open('informed').modelInfo(`${namespace}/m@1`);
    await chain.close();
    down = true;

    const out = (name: string) => join(folder, `out-${name}`);
    const from = { sources: [{ name: 'kubo', bytes: 2_500_001, wrong: 0 }], fetchedBytes: 2_500_001 };
    await expect(open('informed').retrieveModel(`${namespace}/m@1`, out('stated'))).resolves.toMatchObject({
      trust: 'statement',
      ...from,
    });
    await rm(join(folder, 'mirror'), { recursive: true });
    await expect(open('locked').retrieveModel(`${namespace}/m@1`, out('locked'))).resolves.toMatchObject({
      trust: 'lock',
      ...from,
    });
    for (const [name, cid] of [
      ['manifest', manifest],
      ['content', content!],
    ] as const)
      await expect(open('nobody').retrieveCid(cid, out(name))).resolves.toMatchObject({
        trust: 'cid',
        ...from,
      });
    for (const name of ['stated', 'locked', 'manifest', 'content'])
      expect(await treeDigests(out(name)), name).toEqual(await treeDigests(model));

    for (const [home, ref] of [
      ['nobody', 'm@1'],
      ['locked', 'm@2'],
      ['informed', 'm@1'],
      ['informed', 'm'],
    ] as const) {
      const refused = open(home).retrieveModel(`${namespace}/${ref}`, out('nothing'));
      await expect(refused).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE', exit: 6 });
    }
    await expect(access(out('nothing'))).rejects.toThrow('ENOENT');
  });
});
