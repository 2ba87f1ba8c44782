import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAnvil } from '../../registries/embedded/anvil.ts';
import { Account } from '../../registries/ethereum/account.ts';
import { contractAddress, signDeployment } from '../../registries/ethereum/deploy.ts';
import { quantityText } from '../../registries/ethereum/values.ts';
import type { JsonRpc } from '../../transport/json-rpc.ts';

/** A real EVM with the contract on it, for one test file. */
export interface TestChain {
  readonly url: string;
  readonly chainId: number;
  readonly contract: string;
  readonly rpc: JsonRpc;
  /** A new private key whose account holds `wei`. Default: 1,000 ether. */
  newKey(wei?: bigint): Promise<string>;
  /** Another registry, administered by this key's account without delays. @returns its address */
  administered(key: string): Promise<string>;
  close(): Promise<void>;
}

const DEPLOY_FEES = { max: 10_000_000_000n, priority: 0n };

/**
 * Starts an EVM and deploys the contract.
 * @param flags more flags of anvil, for instance `--no-mining`
 * @param chainId EIP-155
 */
export async function startTestChain(flags: readonly string[] = [], chainId = 31_337): Promise<TestChain> {
  // A reorganisation makes anvil write old states out: not to the home folder.
  const kept = ['--prune-history', '256', '--cache-path', join(tmpdir(), 'ballast-anvil')];
  const anvil = await startAnvil(['--chain-id', String(chainId), '--accounts', '0', ...kept, ...flags]);
  const newKey = async (wei = 10n ** 21n) => {
    const key = `0x${randomBytes(32).toString('hex')}`;
    await anvil.rpc.call('anvil_setBalance', [new Account(key).address, quantityText(wei)]);
    return key;
  };
  const deploy = async (key: string, authority?: string) => {
    const deployment = signDeployment(new Account(key), chainId, 0, DEPLOY_FEES, authority);
    await anvil.rpc.call('eth_sendRawTransaction', [deployment.raw]);
    await anvil.rpc.call('evm_mine', []);
    return contractAddress(deployment);
  };
  return {
    ...{ url: anvil.url, chainId, rpc: anvil.rpc, newKey },
    contract: await deploy(await newKey()),
    administered: (key) => deploy(key, new Account(key).address),
    close: () => anvil.stop(),
  };
}
