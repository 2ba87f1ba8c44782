import type { ChainSettings } from '../config/settings.ts';
import { placesIn } from '../config/wire.ts';
import { type Check, skipped } from './check.ts';
import type { Configured } from './configuration.ts';

/** What can't be looked at without a configuration. */
export const CONFIGURED = ['key', 'chain', 'local store', 'kubo', 'unfinished'];

/** Everything that the configuration names, all at once. What it does not name is not even loaded. */
export async function checkConfigured(
  { settings, origins }: Configured,
  signal?: AbortSignal,
): Promise<Check[]> {
  const places = placesIn(settings.home);
  const { chain, stores, kubo } = settings;
  const registry = async () => {
    if (chain === null) {
      const { checkPrivateChain } = await import('./private-chain.ts');
      return checkPrivateChain(places.chain, places.key, signal);
    }
    const { checkEthereum } = await import('./ethereum.ts');
    const keyOrigin = origins.get('blockchain.privateKey') ?? 'default';
    return checkEthereum({ settings: chain, namespace: settings.namespace, keyOrigin }, signal);
  };
  const local = async () => {
    if (!stores.includes('local')) return skipped(['local store'], 'it is not configured');
    const { checkLocalStore } = await import('./local-store.ts');
    return checkLocalStore(places.store, signal);
  };
  const ipfs = async () => {
    if (!stores.includes('kubo')) return skipped(['kubo'], 'no Kubo node is configured');
    const { checkKubo } = await import('./kubo.ts');
    return checkKubo({ api: kubo.api, gateway: kubo.gateway ?? undefined }, signal);
  };
  const databases = async () => {
    const { checkDatabases } = await import('./databases.ts');
    return checkDatabases(places, await registryTest(chain, places.chain), signal);
  };
  return (await Promise.all([registry(), local(), ipfs(), databases()])).flat();
}

/** Tells the configured registry's id from others. The private chain is named by its first block. */
async function registryTest(chain: ChainSettings | null, folder: string): Promise<(id: string) => boolean> {
  if (chain !== null) return (id) => id.endsWith(`/${chain.contractAddress.toLowerCase()}`);
  const { firstBlock } = await import('./private-chain.ts');
  const first = await firstBlock(folder).catch(() => null);
  return (id) => id === `embedded:${first}`;
}
