import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { startAnvil } from '../../src/registries/embedded/anvil.ts';
import { Account } from '../../src/registries/ethereum/account.ts';
import type { JsonRpc } from '../../src/transport/json-rpc.ts';

/** A real EVM by the rules of Ethereum's main network (Osaka), with nothing of ours on it, and a home, for one test. */
export interface BareChain {
  readonly url: string;
  readonly rpc: JsonRpc;
  /** A key whose account holds 1,000 ether. */
  newKey(): Promise<{ key: string; address: string }>;
}

const RULES = ['--hardfork', 'osaka', '--gas-limit', '60000000', '--enable-tx-gas-limit', '--accounts', '0'];

export async function startBareChain(chainId: number, flags: readonly string[] = []): Promise<BareChain> {
  const kept = ['--prune-history', '256', '--cache-path', join(tmpdir(), 'ballast-anvil')];
  const anvil = await startAnvil(['--chain-id', String(chainId), ...RULES, ...kept, ...flags]);
  onTestFinished(() => anvil.stop());
  vi.stubEnv('BALLAST_HOME', await temporaryFolder());
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return {
    ...{ url: anvil.url, rpc: anvil.rpc },
    async newKey() {
      const key = `0x${randomBytes(32).toString('hex')}`;
      const { address } = new Account(key);
      await anvil.rpc.call('anvil_setBalance', [address, `0x${(10n ** 21n).toString(16)}`]);
      return { key, address };
    },
  };
}

/** Deleted after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-deploy-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
