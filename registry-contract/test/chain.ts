import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import {
  Contract,
  ContractFactory,
  type ContractTransactionResponse,
  JsonRpcProvider,
  type Signer,
  ZeroAddress,
} from 'ethers';
import { abi, bytecode } from '../src/index.ts';

/** A fresh registry on a private chain with the rules of Ethereum's main network (Osaka). */
export interface Chain {
  readonly registry: Contract;
  readonly deployment: Promise<ContractTransactionResponse>;
  readonly provider: JsonRpcProvider;
  readonly owner: Signer;
  readonly stranger: Signer;
  stop(): Promise<void>;
}

const binary = createRequire(import.meta.url).resolve('@foundry-rs/anvil-linux-amd64/bin/anvil');

/** Blocks of 60 million gas and the cap of 2^24 gas a transaction (EIP-7935, EIP-7825). */
const RULES = ['--hardfork', 'osaka', '--gas-limit', '60000000', '--enable-tx-gas-limit'];

export async function startChain(): Promise<Chain> {
  const anvil = spawn(binary, ['--port', '0', ...RULES], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await listening(anvil);
  const provider = new JsonRpcProvider(url, 31_337, { staticNetwork: true, cacheTimeout: -1 });
  provider.pollingInterval = 20;
  const owner = await provider.getSigner(0);
  const deployed = await new ContractFactory([...abi], bytecode, owner).deploy(ZeroAddress);
  await deployed.waitForDeployment();
  return {
    registry: new Contract(await deployed.getAddress(), [...abi], owner),
    deployment: Promise.resolve(deployed.deploymentTransaction()!),
    provider,
    owner,
    stranger: await provider.getSigner(1),
    async stop() {
      provider.destroy();
      const exited = once(anvil, 'exit');
      anvil.kill();
      await exited;
    },
  };
}

async function listening(anvil: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: anvil.stdout! })) {
    const address = /^Listening on (\S+)$/.exec(line)?.[1];
    if (address !== undefined) return `http://${address}`;
  }
  throw new Error('anvil ended before it listened');
}
