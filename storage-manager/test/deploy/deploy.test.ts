/** The registry comes to the same address on every chain, once, whoever sends what and however often. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deployRegistry } from '../../src/deploy/deploy.ts';
import { FACTORY, FACTORY_CREATION, FACTORY_SIGNER } from '../../src/registries/ethereum/create2.ts';
import { type Evil, instead, startEvilRpc } from '../registries/evil-rpc.ts';
import { type BareChain, startBareChain, temporaryFolder } from './bare-chain.ts';

const ADMIN = `0x${'a1'.repeat(20)}`;

async function open(chainId = 31337, flags: readonly string[] = []) {
  const chain = await startBareChain(chainId, flags);
  const { key, address } = await chain.newKey();
  const folder = await temporaryFolder();
  const config = { blockchain: { rpcUrl: chain.url, privateKey: key } };
  return { chain, config, folder, payer: address };
}

const sentBy = (chain: BareChain, address: string) =>
  chain.rpc.call('eth_getTransactionCount', [address, 'pending']).then(Number);

describe('deploy', () => {
  it('gives the same address on every chain for the same authority, and another for another', async () => {
    const [one, other] = [await open(1337), await open(10)];
    const deployed = await deployRegistry(one.config, one);
    expect(deployed).toMatchObject({
      chainId: 1337,
      authority: null,
      deployed: true,
      transactions: 1,
      pending: [],
    });
    expect(Number(deployed.gasUsed)).toBeLessThan(10_000_000);
    expect(await deployRegistry(other.config, other)).toMatchObject({
      chainId: 10,
      address: deployed.address,
    });
    const owned = await deployRegistry(one.config, {
      ...one,
      admin: ADMIN,
      folder: join(one.folder, 'owned'),
    });
    expect(owned.address).not.toBe(deployed.address);
    const mirrored = await deployRegistry(other.config, {
      admin: ADMIN,
      folder: join(other.folder, 'owned'),
    });
    expect([mirrored.address, mirrored.authority]).toEqual([owned.address, owned.authority]);
  });

  it('goes by several endpoints of which one is dead and one lies about nonces and receipts', async () => {
    const { chain, config, folder, payer } = await open();
    const lying: Evil = (call) =>
      ['eth_getTransactionCount', 'eth_getTransactionReceipt'].includes(call.method) &&
      instead(call.method, call.method.endsWith('Count') ? '0xff' : null)(call);
    const proxies = [await startEvilRpc(chain.url, () => false), await startEvilRpc(chain.url, lying)];
    const rpcUrl = ['http://127.0.0.1:9', chain.url, ...proxies.map(({ url }) => url)];
    const blockchain = { ...config.blockchain, rpcUrl, quorum: 2 };
    const deployed = await deployRegistry({ blockchain }, { folder, admin: payer });
    expect(deployed).toMatchObject({ transactions: 3, pending: [] });
    expect(await deployRegistry(config, { folder, admin: payer })).toMatchObject({ transactions: 0 });
  });

  it('sends nothing twice, and writes down what it sent', async () => {
    const { chain, config, folder, payer } = await open();
    const options = { folder, admin: payer };
    const first = await deployRegistry(config, options);
    expect(first).toMatchObject({ transactions: 3, pending: [], file: join(folder, '31337.json') });
    const again = await deployRegistry(config, options);
    expect(again).toMatchObject({
      address: first.address,
      transactions: 0,
      gasUsed: '0',
      steps: [],
      pending: [],
    });
    expect(await sentBy(chain, payer)).toBe(3);
    const record = JSON.parse(await readFile(join(folder, '31337.json'), 'utf8'));
    expect(record).toMatchObject({ address: first.address, authority: first.authority, admin: payer });
    expect(record.transactions).toHaveLength(3);
  });

  it('pays once where two run at once: the second finds what the first has made', async () => {
    const { chain, config, folder, payer } = await open();
    const folders = [folder, join(folder, 'other')];
    const both = await Promise.all(folders.map((each) => deployRegistry(config, { folder: each })));
    expect(both.map(({ transactions }) => transactions).toSorted()).toEqual([0, 1]);
    expect(await sentBy(chain, payer)).toBe(1);
  });

  it('shows in a dry run what it would send and what that costs, without a key and without a trace', async () => {
    const { chain, config, folder, payer } = await open();
    const options = { folder, admin: payer, dryRun: true };
    const planned = await deployRegistry(config, options);
    expect(planned).toMatchObject({ deployed: false, transactions: 0, file: null });
    expect(planned.steps).toHaveLength(3);
    expect(await sentBy(chain, payer)).toBe(0);
    await expect(readFile(join(folder, '31337.json'))).rejects.toMatchObject({ code: 'ENOENT' });
    const keyless = await deployRegistry({ blockchain: { rpcUrl: chain.url } }, { folder, dryRun: true });
    expect(BigInt(keyless.quote.wei)).toBeGreaterThan(0n);
    const paid = await deployRegistry(config, { folder, admin: payer });
    expect(Number(planned.quote.gas)).toBeGreaterThan(Number(paid.gasUsed) * 0.99);
    expect(Number(planned.quote.gas)).toBeLessThan(Number(paid.gasUsed) * 1.1);
  });

  it.each(['eth_estimateGas', 'eth_sendRawTransaction'])(
    'goes on where somebody else creates the same just before %s',
    async (method) => {
      const { chain, config, folder } = await open();
      const other = { blockchain: { rpcUrl: chain.url, privateKey: (await chain.newKey()).key } };
      const overtaken: object[] = [];
      const overtake: Evil = async (call) => {
        // The estimate that is for sending, not that of the quote.
        const sending = call.method === 'eth_sendRawTransaction' || call.params[1] === 'pending';
        if (call.method === method && sending && overtaken.length === 0)
          overtaken.push(
            await deployRegistry(other, {
              folder: join(folder, 'other'),
              home: join(folder, 'other machine'),
            }),
          );
        return false;
      };
      const { url } = await startEvilRpc(chain.url, overtake);
      const blockchain = { ...config.blockchain, rpcUrl: url };
      const deployed = await deployRegistry({ blockchain }, { folder });
      expect(overtaken).toMatchObject([{ address: deployed.address, transactions: 1 }]);
      expect(deployed).toMatchObject({ deployed: true, transactions: 0, gasUsed: '0' });
    },
  );

  it('leaves the rights to an admin who does not sign, and says what he must send', async () => {
    const { config, folder } = await open();
    const deployed = await deployRegistry(config, { folder, admin: ADMIN });
    expect(deployed).toMatchObject({ transactions: 2, pending: [{ to: deployed.authority }] });
    expect(deployed.pending[0]?.what).toContain('48 h');
  });

  it('asks before it spends, and spends nothing on a no', async () => {
    const { chain, config, folder, payer } = await open();
    const declined = deployRegistry(config, { folder, confirm: ({ transactions }) => transactions === 0 });
    await expect(declined).rejects.toMatchObject({ code: 'COST_DECLINED' });
    expect(await sentBy(chain, payer)).toBe(0);
  });

  it('does not write over the record of another registry', async () => {
    const { config, folder } = await open();
    await deployRegistry(config, { folder });
    await expect(deployRegistry(config, { folder, admin: ADMIN })).rejects.toMatchObject({
      code: 'DESTINATION_EXISTS',
      next: expect.stringContaining('nothing was sent'),
    });
    for (const damaged of ['none', 'null', '[]', '{"address":"0x1","transactions":[5]}']) {
      await writeFile(join(folder, '31337.json'), damaged);
      await expect(deployRegistry(config, { folder })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    }
  });

  it('spends nothing where its record could not be written, and lets others read the record', async () => {
    const { chain, config, folder, payer } = await open();
    const file = join(folder, 'file');
    await writeFile(file, '');
    for (const taken of [file, join(file, 'under')])
      await expect(deployRegistry(config, { folder: taken })).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
    expect(await sentBy(chain, payer)).toBe(0);
    await deployRegistry(config, { folder });
    expect((await stat(join(folder, '31337.json'))).mode & 0o777).toBe(0o644 & ~process.umask());
  });

  it('says how to make the factory where a chain lacks it, and that works', async () => {
    const { chain, config, folder } = await open(31337, ['--disable-default-create2-deployer']);
    const missing = await deployRegistry(config, { folder }).catch((error) => error);
    expect(missing).toMatchObject({ code: 'CONTRACT_MISMATCH', message: expect.stringContaining(FACTORY) });
    for (const part of [FACTORY_SIGNER, FACTORY_CREATION, '0.01 ether']) expect(missing.next).toContain(part);
    await chain.rpc.call('anvil_setBalance', [FACTORY_SIGNER, `0x${(10n ** 16n).toString(16)}`]);
    await chain.rpc.call('eth_sendRawTransaction', [FACTORY_CREATION]);
    await chain.rpc.call('evm_mine', []);
    expect(await deployRegistry(config, { folder })).toMatchObject({ deployed: true });
  });
});

describe('what can not be deployed', () => {
  it.each([
    [{ admin: '0x1234' }, '--admin'],
    [{ admin: `0x${'0'.repeat(40)}` }, '--admin'],
    [{ admin: '0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed' }, 'checksum'],
    [{ pauser: ADMIN }, 'admin'],
    [{ admin: ADMIN, delaySeconds: 0 }, 'delay'],
  ])('%o', async (rights, named) => {
    const { config, folder } = await open();
    const refused = await deployRegistry(config, { folder, ...rights }).catch((error) => error);
    expect(refused).toMatchObject({ code: 'ARGUMENT_INVALID', message: expect.stringContaining(named) });
  });

  it('without an RPC, or without a key', async () => {
    for (const config of [{}, { blockchain: { contractAddress: ADMIN } }])
      await expect(deployRegistry(config)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('there is no RPC'),
      });
    const { chain, folder } = await open();
    await expect(deployRegistry({ blockchain: { rpcUrl: chain.url } }, { folder })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('key'),
    });
  });
});
