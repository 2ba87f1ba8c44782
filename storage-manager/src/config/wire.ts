import type { RegistryActions } from '../actions.ts';
import { openEngine } from '../engine/engine.ts';
import { Journal } from '../engine/journal.ts';
import { Tasks } from '../engine/tasks.ts';
import { fileSystemError } from '../fs/errors.ts';
import { lockFolder } from '../fs/lock-folder.ts';
import { makeFolder } from '../fs/make-folder.ts';
import type { CallOptions, Registry, RegistryTrust, RepairableStore, Trust } from '../interfaces.ts';
import { openRoute, type Route, type RouteOptions } from '../sources/route.ts';
import { Lockfile } from '../trust/lockfile.ts';
import type { OtherChain } from '../trust/others.ts';
import { Seen } from '../trust/seen.ts';
import type { ChangePorts } from '../verbs/changing/change.ts';
import type { Carriers } from '../verbs/job/ports.ts';
import { knownChainId } from './known-chain.ts';
import { openSources } from './open-sources.ts';
import { openTrust } from './open-trust.ts';
import { placesIn } from './places.ts';
import type { ChainSettings, Settings } from './settings.ts';

/** What moves bytes, standing open for many jobs; `close` ends threads and connections. */
export interface OpenCarriers extends Carriers {
  /** The route of one more job, over all sources that can be found now. */
  newRoute(options?: RouteOptions): Promise<Route>;
  close(): Promise<void>;
}

/** Ports that stand open; `close` ends the private chain and connections, not the carriers. */
export interface OpenPorts extends ChangePorts {
  /** The ladder as one call wants it. @param level default: what is configured */
  trusting(level?: RegistryTrust): Trust;
  close(): Promise<void>;
}

/** The composition root: the only place that joins implementations. What is not configured is not even loaded. */
export function openCarriers(settings: Settings, options: CallOptions = {}): Promise<OpenCarriers> {
  return openAll(settings, async (keep) => {
    const places = placesIn(settings.home);
    const stores: RepairableStore[] = [];
    for (const name of settings.stores) stores.push(await openStore(name, settings, places, keep, options));
    const engine = keep(openEngine());
    const taken = stores.map(({ name }) => name);
    const { gateways, find, cache } = await openSources(settings.sources, taken, keep);
    const near = stores.filter(({ name }) => name === 'local');
    const others = stores.filter((store) => !near.includes(store));
    const route = openRoute(engine, { near, far: [...others, ...gateways], cache });
    const newRoute = async (options: RouteOptions = {}) =>
      openRoute(engine, { near, far: [...others, ...(await find(options))], cache }, options);
    return { engine, stores, sources: gateways, newRoute, route, locks: await lockFolder(places.locks) };
  });
}

/** The rest, for whoever needs a registry. */
export function openPorts(
  settings: Settings,
  carriers: Carriers,
  options: CallOptions = {},
): Promise<OpenPorts> {
  return openAll(settings, async (keep) => {
    const places = placesIn(settings.home);
    const journal = keep(await Journal.open(places.journal, options));
    const tasks = keep(await Tasks.open(places.tasks, options));
    const seen = keep(await Seen.open(places.seen, options));
    const machine = { locks: carriers.locks, highWater: seen };
    const lockfile = settings.lock && new Lockfile(settings.lock.file);
    const registry = keep(await openRegistry(settings, places, { ...machine, seen, lockfile }, options));
    const others: OtherChain[] = [];
    for (const chain of settings.chain?.otherChains ?? [])
      others.push({
        chainId: chain.chainId,
        registry: keep(await openChain(chain, machine, options)),
      });
    const trusting = openTrust(settings, { registry, others, seen, lockfile }, keep);
    return { ...carriers, journal, tasks, registry, actions: registry.actions, trusting, trust: trusting() };
  });
}

/** Opens one thing after the other. Where one fails, those before it are closed; in the end all are, the last first. */
async function openAll<T>(
  { home }: Settings,
  open: (keep: Keep) => Promise<T>,
): Promise<T & { close(): Promise<void> }> {
  const opened: Closable[] = [];
  const close = async () => {
    const failures: unknown[] = [];
    for (const one of opened.splice(0).reverse()) {
      try {
        await one.close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  const keep: Keep = (one) => {
    opened.push(one);
    return one;
  };
  try {
    await makeFolder(home);
    return { ...(await open(keep)), close };
  } catch (error) {
    await close().catch(() => {});
    throw fileSystemError(error, `BALLAST_HOME (${home})`);
  }
}

type Places = ReturnType<typeof placesIn>;
type Closing<T> = T & { close(): Promise<void> };
/** A registry with all that changes beside publishing. */
type ActiveRegistry = Closing<Registry & { readonly actions: RegistryActions }>;
type Closable = { close(): void | Promise<void> };
type Keep = <T extends Closable>(one: T) => T;

async function openRegistry(
  { chain }: Settings,
  places: Places,
  { seen, lockfile, ...machine }: MachineParts & KnownBy,
  options: CallOptions,
): Promise<ActiveRegistry> {
  if (chain !== null) {
    return openChain(chain, machine, options).catch(async (error) =>
      openChain({ ...chain, chainId: await knownChainId(error, chain, seen, lockfile) }, machine, options),
    );
  }
  const { openEmbeddedRegistry } = await import('../registries/embedded/open.ts');
  return openEmbeddedRegistry({ folder: places.chain, keyFile: places.key }, options);
}

/** By what a chain may be known that is out of reach. */
interface KnownBy {
  readonly seen: Seen;
  readonly lockfile: Lockfile | null;
}

/** What a registry needs of this machine. */
interface MachineParts {
  /** See `Carriers`. */
  readonly locks: string;
  /** Default: nothing that was seen is remembered. */
  readonly highWater?: Seen;
}

/** The registry of a configured chain alone. */
export async function openChain(
  chain: ChainSettings,
  { locks, highWater }: MachineParts,
  options: CallOptions,
): Promise<ActiveRegistry> {
  const { openEthereumRegistry } = await import('../registries/ethereum/open.ts');
  const settings = {
    ...chain,
    ...{ locks, highWater },
    privateKey: chain.privateKey ?? undefined,
    chainId: chain.chainId ?? undefined,
    finality: chain.finality === 'auto' ? undefined : chain.finality,
  };
  return openEthereumRegistry(settings, options);
}

async function openStore(
  name: Settings['stores'][number],
  { kubo }: Settings,
  places: Places,
  keep: Keep,
  options: CallOptions,
): Promise<RepairableStore> {
  if (name === 'local') {
    const { openDiskStore } = await import('../stores/disk/store.ts');
    return keep(await openDiskStore(places.store, options));
  }
  const { KuboStore } = await import('../stores/kubo/store.ts');
  return keep(new KuboStore({ api: kubo.api, gateway: kubo.gateway ?? undefined }));
}
