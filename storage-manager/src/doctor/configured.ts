import { placesIn } from '../config/places.ts';
import type { ChainSettings } from '../config/settings.ts';
import { displayNames } from '../manager/names.ts';
import { embeddedId, isIdOfContract } from '../registries/registry-id.ts';
import { type Check, skipped } from './check.ts';
import type { Configured } from './configuration.ts';
import type { OurRegistry } from './databases.ts';

/** What can't be looked at without a configuration. */
export const CONFIGURED = ['key', 'chain', 'local store', 'kubo', 'unfinished', 'changes', 'seen'];

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
    return checkDatabases(places, await ourRegistry(chain, places), signal);
  };
  return (await Promise.all([registry(), local(), ipfs(), databases()])).flat();
}

/** What tells the configured registry's rows from others, and how its models are called. */
async function ourRegistry(
  chain: ChainSettings | null,
  places: ReturnType<typeof placesIn>,
): Promise<OurRegistry> {
  if (chain !== null) {
    const contract = chain.contractAddress.toLowerCase();
    return { isOurs: (id) => isIdOfContract(id, contract), nameOf: displayNames(null) };
  }
  const [{ firstBlock }, { readKey }] = await Promise.all([
    import('./private-chain.ts'),
    import('../registries/embedded/key.ts'),
  ]);
  // What is wrong with either is found elsewhere.
  const first = await firstBlock(places.chain).catch(() => null);
  const account = await readKey(places.key).catch(() => null);
  return {
    isOurs: (id) => first !== null && id === embeddedId(first),
    nameOf: displayNames(account?.address ?? null),
  };
}
