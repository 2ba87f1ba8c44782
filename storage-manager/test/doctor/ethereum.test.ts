/** A configured chain, and everything that can be wrong with it, on a real EVM. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { parseNamespace } from '../../src/ids/reference.ts';
import { Account } from '../../src/registries/ethereum/account.ts';
import { Chain } from '../../src/registries/ethereum/chain.ts';
import { namespaceId } from '../../src/registries/ethereum/ids.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { callContract, registerNamespace } from '../../src/testing/nodes/contract-calls.ts';
import { writeConfig } from './configure.ts';
import { failures, find, newPatient } from './examine.ts';

let chain: TestChain;
beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.close());

const connect = async (more: Readonly<Record<string, string>> = {}) => ({
  ETH_NODE_URL: chain.url,
  CONTRACT_ADDRESS: chain.contract,
  PRIVATE_KEY: await chain.newKey(),
  ...more,
});

it('says what a sound chain is like', async () => {
  const { diagnose } = await newPatient();
  const env = await connect();
  const found = await diagnose(env);
  expect(failures(found)).toEqual([]);
  const { address } = new Account(env.PRIVATE_KEY);
  expect(find(found, 'key')).toMatchObject({ status: 'ok', detail: `${address}, from PRIVATE_KEY` });
  expect(find(found, 'chain').detail).toMatch(
    /^http:\/\/127\.[\d.]+:\d+ alone speaks for chain 31337, in \d+ ms$/,
  );
  expect(find(found, 'contract').detail).toContain(chain.contract);
  expect(find(found, 'head').detail).toMatch(/^block \d+, \d+ s old; final up to block \d+$/);
  expect(find(found, 'balance').detail).toMatch(/holds 1000\.000000 ETH, which pays about \d{3,} releases/);
  expect(JSON.stringify(found)).not.toContain(env.PRIVATE_KEY.slice(2));
});

it('leaves a keystore closed', async () => {
  const { diagnose } = await newPatient();
  const { PRIVATE_KEY: _, ...env } = await connect();
  const found = await diagnose({ ...env, ETH_KEYSTORE: '/keys/deployer.json' });
  expect(find(found, 'key')).toMatchObject({ status: 'skip', detail: 'in /keys/deployer.json, left closed' });
});

it('reads without a key', async () => {
  const { diagnose } = await newPatient();
  const found = await diagnose(await connect({ PRIVATE_KEY: '' }));
  expect(found.ok).toBe(true);
  for (const name of ['key', 'balance']) expect(find(found, name).status).toBe('skip');
});

it.each([
  ['another chain', 'CHAIN_MISMATCH', 'chain', 6],
  ['no contract', 'CONTRACT_MISMATCH', 'contract', 6],
])('%s: %s', async (what, code, name, exit) => {
  const { folder, diagnose } = await newPatient();
  const env = await connect();
  if (what === 'another chain') await writeConfig(folder, { blockchain: { chainId: 1 } });
  else env.CONTRACT_ADDRESS = new Account(env.PRIVATE_KEY).address;
  const found = await diagnose(env);
  expect(failures(found)).toEqual([`${name}: ${code}`]);
  expect(found.exit).toBe(exit);
  expect(find(found, 'balance').status).toBe('skip');
});

it('other chains that a fetch asks: one that is there, one of another id, one that is not there', async () => {
  const { folder, diagnose } = await newPatient();
  const other = { chainId: 31337, rpcUrl: chain.url };
  const dead = { chainId: 10, rpcUrl: 'http://127.0.0.1:9/v3/canary-key' };
  await writeConfig(folder, { blockchain: { otherChains: [other, { ...other, chainId: 5 }, dead] } });
  const found = await diagnose(await connect());
  expect(find(found, 'chain 31337').detail).toContain(`has ${chain.contract} at block`);
  expect(failures(found)).toEqual(['chain 5: CHAIN_MISMATCH', 'chain 10: CHAIN_UNREACHABLE']);
  expect(JSON.stringify(found)).not.toContain('canary');
});

it('another contract at the address', async () => {
  const { diagnose } = await newPatient();
  const other = `0x${'77'.repeat(20)}`;
  await chain.rpc.call('anvil_setCode', [other, '0x6001']);
  const found = await diagnose(await connect({ CONTRACT_ADDRESS: other }));
  expect(failures(found)).toEqual(['contract: CONTRACT_MISMATCH']);
  expect(find(found, 'contract').detail).toContain('its code is 0x');
});

it('an RPC where nobody listens, and one that never answers, each within its time and without its key', async () => {
  const { diagnose } = await newPatient();
  const dead = await diagnose(await connect({ ETH_NODE_URL: 'http://127.0.0.1:9/v3/canary-key' }));
  expect(failures(dead)).toEqual(['chain: CHAIN_UNREACHABLE']);
  expect(dead.exit).toBe(6);
  const silent = createServer();
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as { port: number };
  const begun = performance.now();
  const mute = await diagnose(await connect({ ETH_NODE_URL: `http://127.0.0.1:${port}/v3/canary-key` }));
  expect(performance.now() - begun).toBeLessThan(12_000);
  expect(failures(mute)).toEqual(['chain: CHAIN_UNREACHABLE']);
  expect(find(mute, 'chain').detail).toContain(`127.0.0.1:${port}`);
  expect(JSON.stringify([dead, mute])).not.toContain('canary');
});

it('an account that can pay nothing, and one that can pay little', async () => {
  const { diagnose } = await newPatient();
  const empty = await diagnose(await connect({ PRIVATE_KEY: await chain.newKey(0n) }));
  expect(failures(empty)).toEqual(['balance: FUNDS_INSUFFICIENT']);
  expect(empty.exit).toBe(9);
  const price = BigInt(String(await chain.rpc.call('eth_gasPrice', [])));
  const little = await diagnose(await connect({ PRIVATE_KEY: await chain.newKey(price * 700_000n) }));
  expect(find(little, 'balance')).toMatchObject({ status: 'warn', next: 'send funds to that address' });
});

it("a namespace of one's own, of another, and of nobody", async () => {
  const owner = await chain.newKey();
  const options = {
    rpc: chain.rpc,
    chainId: chain.chainId,
    contract: chain.contract,
    finality: 'latest',
  } as const;
  const registry = new Chain(options);
  await registerNamespace(registry, owner, 'acme');
  const { folder, diagnose } = await newPatient();
  await writeConfig(folder, { namespace: 'acme' });
  const own = await diagnose(await connect({ PRIVATE_KEY: owner }));
  expect(find(own, 'namespace')).toMatchObject({ status: 'ok' });
  const foreign = await diagnose(await connect());
  expect(failures(foreign)).toEqual(['namespace: NOT_OWNER']);
  expect(foreign.exit).toBe(9);
  const delegate = await chain.newKey();
  const grant = {
    namespace: namespaceId(parseNamespace('acme')),
    model: `0x${'0'.repeat(64)}`,
    account: new Account(delegate).address,
    roles: 1,
    expiresAt: 2n ** 64n - 1n,
    seq: 0,
  };
  await callContract(registry, owner, 'grant', [grant]);
  const granted = await diagnose(await connect({ PRIVATE_KEY: delegate }));
  expect(find(granted, 'namespace')).toMatchObject({
    status: 'ok',
    detail: expect.stringContaining('who lets'),
  });
  await writeConfig(folder, { namespace: 'nobody' });
  expect(find(await diagnose(await connect()), 'namespace').detail).toContain('nobody has registered');
});

it('a public chain whose newest block is old', async () => {
  const halted = await startTestChain(['--timestamp', '1700000000']);
  onTestFinished(() => halted.close());
  await halted.rpc.call('anvil_setChainId', [7]);
  const { diagnose } = await newPatient();
  const found = await diagnose({ ETH_NODE_URL: halted.url, CONTRACT_ADDRESS: halted.contract });
  expect(find(found, 'chain').detail).toContain('chain 7');
  expect(failures(found)).toEqual(['head: CHAIN_STALE']);
  expect(find(found, 'head').next).toContain('another RPC');
  expect(found.exit).toBe(6);
});

it('a clock that is behind is told by a block that was mined in its future', async () => {
  const ahead = await startTestChain([], 5_555);
  onTestFinished(() => ahead.close());
  await ahead.rpc.call('evm_increaseTime', ['0xe10']);
  await ahead.rpc.call('evm_mine', []);
  const { diagnose } = await newPatient();
  const found = await diagnose({ ETH_NODE_URL: ahead.url, CONTRACT_ADDRESS: ahead.contract });
  expect(failures(found)).toEqual(['head: CLOCK_WRONG']);
  expect(find(found, 'head').detail).toMatch(/^the clock says .+, and block \d+ was mined at /);
});
