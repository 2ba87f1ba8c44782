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
  const { checkDatabases } = await import('./databases.ts');
  const groups = await Promise.all([registry(), local(), ipfs(), checkDatabases(places, signal)]);
  return groups.flat();
}
