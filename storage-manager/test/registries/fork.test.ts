/** Fault D27: what was signed for one chain, seen by a fork of it and by another chain that has the same registry. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuthorizedAction } from '../../src/actions.ts';
import { parseModelName } from '../../src/ids/reference.ts';
import { Account } from '../../src/registries/ethereum/account.ts';
import { contractAddress, signDeployment } from '../../src/registries/ethereum/deploy.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import type { EthereumRegistry } from '../../src/registries/ethereum/registry.ts';
import { structOf } from '../../src/registries/ethereum/structs.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { callContract } from '../../src/testing/nodes/contract-calls.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';

const deadline = Math.floor(Date.now() / 1000) + 31_536_000;
const MUCH = `0x${(10n ** 21n).toString(16)}`;

let chains: TestChain[];
let opened: EthereumRegistry[];
let contract: string;
let ownerKey: string;

/** Two chains with a registry at one address, and an owner of both. */
beforeEach(async () => {
  chains = [await startTestChain(), await startTestChain([], 10)];
  opened = [];
  ownerKey = await chains[0]!.newKey();
  const deployer = new Account(await chains[0]!.newKey());
  for (const { rpc, chainId } of chains) {
    for (const { address } of [deployer, new Account(ownerKey)])
      await rpc.call('anvil_setBalance', [address, MUCH]);
    const deployment = signDeployment(deployer, chainId, 0, { max: 10n ** 10n, priority: 0n });
    await rpc.call('eth_sendRawTransaction', [deployment.raw]);
    await rpc.call('evm_mine', []);
    contract = contractAddress(deployment);
  }
});
afterEach(async () => {
  for (const registry of opened) await registry.close();
  for (const chain of chains) await chain.close();
});

async function open({ url }: TestChain, privateKey = ownerKey): Promise<EthereumRegistry> {
  const registry = await openEthereumRegistry({ rpcUrl: url, contractAddress: contract, privateKey });
  opened.push(registry);
  return registry;
}

/** The same release on a chain, and the owner's signature under its withdrawal. */
async function signedYank(owner: EthereumRegistry): Promise<AuthorizedAction> {
  const model = await owner.canonical(parseModelName('local/m'));
  const request = randomRequest(model, '1', { mode: 'root' });
  await owner.publish(request, memoryLog());
  const { version } = request;
  const change = { kind: 'status', model, version, from: 'active', to: 'yanked', seq: 0 } as const;
  return owner.actions.sign({ ...change, reason: 'security', report: null }, deadline);
}

const status = async (registry: EthereumRegistry, { action }: AuthorizedAction) => {
  if (action.kind !== 'status') throw new TypeError('a change of status was signed');
  return (await registry.resolve(action.model, { kind: 'version', version: action.version })).release.status;
};

/** Past our own refusal, straight to the contract. */
const replay = async (
  chain: TestChain,
  { chain: there }: EthereumRegistry,
  { action, authorization }: AuthorizedAction,
) => callContract(there, await chain.newKey(), 'setStatusBySig', [structOf(action), authorization]);

test('D27: what is signed for one chain is void on another with the same registry at the same address', async () => {
  const [one, two] = chains as [TestChain, TestChain];
  const [here, there] = [await open(one), await open(two)];
  const signed = await signedYank(here);
  await signedYank(there);
  await expect(there.actions.perform(signed, memoryLog())).rejects.toMatchObject({
    ...{ code: 'AUTHORIZATION_INVALID', exit: 9 },
    message: expect.stringContaining(`chain ${one.chainId}`),
  });
  await expect(replay(two, there, signed)).rejects.toThrow('SignatureInvalid');
  expect(await status(there, signed)).toBe('active');
  await here.actions.perform(signed, memoryLog());
  expect(await status(here, signed)).toBe('yanked');
});

test('D27: a fork that takes an id of its own takes no signature of before', async () => {
  const [chain] = chains as [TestChain];
  const signed = await signedYank(await open(chain));
  await chain.rpc.call('anvil_setChainId', [999]);
  const fork = await open(chain);
  await expect(replay(chain, fork, signed)).rejects.toThrow('SignatureInvalid');
  expect(await status(fork, signed)).toBe('active');
  const { action } = signed;
  await fork.actions.perform(fork.actions.sign(action, deadline), memoryLog());
  expect(await status(fork, signed)).toBe('yanked');
});
