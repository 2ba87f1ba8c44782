/** The rights that a deployment sets up hold, for the admin too; `check` tells them and finds what is wrong. */
import { abi, accessManagerAbi, bytecode } from '@ballast-models/registry-contract';
import { Contract, Interface, JsonRpcProvider, Wallet } from 'ethers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkRegistry } from '../../src/deploy/check.ts';
import { deployRegistry } from '../../src/deploy/deploy.ts';
import { Account } from '../../src/registries/ethereum/account.ts';
import { contractAddress } from '../../src/registries/ethereum/deploy.ts';
import { startBareChain, temporaryFolder } from './bare-chain.ts';

const HOUR = 3_600;
const registry = new Interface(abi);
const manager = new Interface(accessManagerAbi);

/** A registry whose admin, pauser and a stranger have keys. */
async function open() {
  const chain = await startBareChain(31337);
  const folder = await temporaryFolder();
  const [admin, pauser, stranger] = [await chain.newKey(), await chain.newKey(), await chain.newKey()];
  const config = { blockchain: { rpcUrl: chain.url, privateKey: admin.key } };
  const options = { folder, admin: admin.address, pauser: pauser.address };
  const deployed = await deployRegistry(config, options);
  const provider = new JsonRpcProvider(chain.url, 31337, { staticNetwork: true, cacheTimeout: -1 });
  provider.pollingInterval = 20;
  onTestFinished(() => provider.destroy());
  const managerOf = ({ key }: { key: string }) =>
    new Contract(deployed.authority!, accessManagerAbi, new Wallet(key, provider));
  /** What a call of the manager comes to; its reason where it is refused. */
  const call = async (who: { key: string }, name: string, ...args: readonly unknown[]) => {
    try {
      await (
        await managerOf(who)
          .getFunction(name)
          .send(...args)
      ).wait();
      return 'done';
    } catch (error) {
      return manager.parseError(Object(error).data)?.name ?? String(error);
    }
  };
  const pass = async (seconds: number) => {
    await chain.rpc.call('evm_increaseTime', [seconds]);
    await chain.rpc.call('evm_mine', []);
  };
  const check = () => checkRegistry(config, { address: deployed.address });
  return { chain, config, options, deployed, admin, pauser, stranger, call, pass, check };
}

const data = (name: string, args: readonly unknown[] = []) => registry.encodeFunctionData(name, args);

describe('administrators', () => {
  it('pause at once and unpause after the delay; a stranger does neither', async () => {
    const { deployed, admin, pauser, stranger, call, pass, check } = await open();
    const execute = (who: { key: string }, name: string) =>
      call(who, 'execute', deployed.address, data(name));
    expect(await execute(stranger, 'pause')).toBe('AccessManagerUnauthorizedCall');
    expect(await execute(admin, 'pause')).toBe('AccessManagerUnauthorizedCall');
    expect(await execute(pauser, 'pause')).toBe('done');
    expect(await check()).toMatchObject({ paused: true });
    expect(await execute(pauser, 'unpause')).toBe('AccessManagerUnauthorizedCall');
    expect(await execute(admin, 'unpause')).toBe('AccessManagerNotScheduled');
    expect(await call(admin, 'schedule', deployed.address, data('unpause'), 0)).toBe('done');
    await pass(48 * HOUR - 60);
    expect(await execute(admin, 'unpause')).toBe('AccessManagerNotReady');
    await pass(60);
    expect(await execute(admin, 'unpause')).toBe('done');
    expect(await check()).toMatchObject({ paused: false });
  });

  it('name a successor after the delay, and no sooner by any way round', async () => {
    const { deployed, admin, call, pass, check, chain } = await open();
    const { reader, address, authority } = deployed;
    const announce = data('announceSuccessor', [reader]);
    const ways: readonly (readonly [string, ...unknown[]])[] = [
      ['execute', address, announce],
      ['grantRole', 2, admin.address, 0],
      ['grantRole', 0, admin.address, 0],
      ['setTargetFunctionRole', address, [announce.slice(0, 10)], 0],
      ['setTargetAdminDelay', address, 0],
    ];
    for (const [name, ...args] of ways)
      expect([name, await call(admin, name, ...args)]).toEqual([name, 'AccessManagerNotScheduled']);
    expect(await call(admin, 'schedule', address, announce, 0)).toBe('done');
    await pass(48 * HOUR);
    expect(await call(admin, 'execute', address, announce)).toBe('done');
    expect(await check()).toMatchObject({ successor: reader });
    expect(await chain.rpc.call('eth_getCode', [authority, 'latest'])).not.toBe('0x');
  });

  it('get their rights from an admin who does not sign the deployment, by the calls that it lists', async () => {
    const { chain, config, pauser, stranger } = await open();
    const safe = await chain.newKey();
    const options = {
      folder: await temporaryFolder(),
      admin: safe.address,
      pauser: pauser.address,
      delaySeconds: 90,
    };
    const [pending] = (await deployRegistry(config, options)).pending;
    const send = ({ key }: { key: string }) =>
      deployRegistry({ blockchain: { ...config.blockchain, privateKey: key } }, options);
    expect((await send(stranger)).pending).toEqual([pending]);
    const provider = new JsonRpcProvider(chain.url, 31337, { staticNetwork: true, cacheTimeout: -1 });
    onTestFinished(() => provider.destroy());
    const { to, data } = pending!;
    await (await new Wallet(safe.key, provider).sendTransaction({ to, data })).wait();
    expect(await send(stranger)).toMatchObject({ pending: [], transactions: 0 });
  });
});

describe('check', () => {
  it('tells who may do what, how soon, and what will change', async () => {
    const { check, deployed, admin, pauser, pass } = await open();
    const { address, codeHash, reader, readerCodeHash, authority } = deployed;
    const checked = await check();
    expect(checked).toMatchObject({
      address,
      codeHash,
      reader,
      readerCodeHash,
      authority,
      admin: admin.address,
    });
    const rights = checked.administration?.rights.map(({ call, role, holders }) => [
      call,
      role,
      ...holders.map(({ account, delay, from, next }) => [account, delay, from, next]),
    ]);
    const slow = [admin.address, 48 * HOUR, null, null];
    expect(rights).toEqual([
      ['pause', 'PAUSER', [pauser.address, 0, null, null]],
      ['unpause', 'STEWARD', slow],
      ['reserveNamespace', 'STEWARD', slow],
      ['announceSuccessor', 'STEWARD', slow],
      ['rights', 'ADMIN', slow],
    ]);
    expect(checked.administration).toMatchObject({
      closed: false,
      roleChange: { delay: 0, next: { delay: 48 * HOUR } },
    });
    await pass(5 * 24 * HOUR);
    expect((await check()).administration?.roleChange).toEqual({ delay: 48 * HOUR, next: null });
  });

  it('takes the registry without administrators where nothing is said', async () => {
    const { config } = await open();
    const { blockchain } = config;
    const missing = await checkRegistry({ blockchain }).catch((error) => error);
    expect(missing).toMatchObject({
      code: 'CONTRACT_MISMATCH',
      message: expect.stringContaining('no contract'),
    });
    const { address } = await deployRegistry({ blockchain }, { folder: await temporaryFolder() });
    const checked = await checkRegistry({ blockchain });
    expect(checked).toMatchObject({
      address,
      authority: null,
      admin: null,
      administration: null,
      paused: false,
    });
  });

  it('refuses other code, and the right code that something else put there', async () => {
    const { chain, config, deployed, admin } = await open();
    const account = new Account(admin.key);
    const nonce = Number(await chain.rpc.call('eth_getTransactionCount', [admin.address, 'latest']));
    const authority = admin.address.slice(2).padStart(64, '0');
    const fees = { max: 10n ** 10n, priority: 0n };
    const fields = {
      chainId: 31337,
      nonce,
      to: null,
      data: bytecode + authority,
      gasLimit: 12_000_000n,
      fees,
    };
    const planted = account.sign(fields);
    await chain.rpc.call('eth_sendRawTransaction', [planted.raw]);
    await chain.rpc.call('evm_mine', []);
    const refusal = async (address: string) =>
      (await checkRegistry(config, { address }).catch((error) => error)).message;
    expect(await refusal(contractAddress(planted))).toContain('nothing says what was written there');
    expect(await refusal(deployed.reader)).toContain('its code is');
    await chain.rpc.call('anvil_setCode', [deployed.authority, '0x00']);
    expect(await refusal(deployed.address)).toContain(deployed.authority);
    await chain.rpc.call('anvil_setCode', [deployed.reader, '0x00']);
    expect(await refusal(deployed.address)).toContain(deployed.reader);
  });
});
