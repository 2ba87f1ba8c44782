import { homeFolder } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { type ChainSettings, settingsOf } from '../config/settings.ts';
import { openCarriers, openChain, openPorts } from '../config/wire.ts';
import { UsageError } from '../errors.ts';
import type { JobOptions } from '../events.ts';
import { parseReference, type Reference } from '../ids/reference.ts';
import type { PublishQuote, RecordMode, ReleaseStatus } from '../interfaces.ts';
import { chainIdOf } from '../registries/registry-id.ts';
import { type Mirrored, mirror } from '../verbs/mirror.ts';

/** How a release is mirrored. */
export interface MirrorOptions extends JobOptions {
  /** What the other chain keeps of the digests. Default: what the home chain keeps. */
  readonly record?: RecordMode | undefined;
  /** Also gives the mirror the status that the release has at home. */
  readonly status?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  /** Asked before each transaction or batch of them. Default: agreed. */
  readonly confirm?: ((quote: PublishQuote) => Promise<boolean>) | undefined;
  /** Folder of all state. Default: `BALLAST_HOME`, else `~/.ballast`. */
  readonly home?: string | undefined;
}

/** What `ballast registry mirror --json` prints, of each release. */
export interface MirroredModel {
  readonly model: string;
  readonly version: string;
  /** Id (EIP-155) of the chain that decides about the release, and of the one that mirrors it. */
  readonly homeChain: number;
  readonly chainId: number;
  /** False after a dry run that found no mirror. */
  readonly mirrored: boolean;
  readonly homeStatus: ReleaseStatus;
  /** Null where there is no mirror. */
  readonly mirrorStatus: ReleaseStatus | null;
  /** Sent by this call: 0 where all of it stood already. */
  readonly transactions: number;
  /** Decimal, as every amount of gas or wei. */
  readonly gasUsed: string;
  readonly quote: { readonly transactions: number; readonly gas: string; readonly wei: string };
}

/**
 * Publishes releases of the configured chain on another, which then names the configured one as their home. The release is
 * read from the configured stores; no content travels.
 * @param to only its `blockchain` counts; contract and key are those of `config` where it names none
 */
export async function mirrorModels(
  config: Config,
  to: Config,
  refs: readonly string[],
  options: MirrorOptions = {},
): Promise<readonly MirroredModel[]> {
  const settings = settingsOf(config, options.home ?? homeFolder());
  const other = otherChain(config, to);
  const references = refs.map((ref) => parseReference(ref, settings.namespace));
  return closing(openCarriers(settings, options), (carriers) =>
    closing(openPorts(settings, carriers, options), (ports) =>
      closing(openChain(other, { locks: carriers.locks }, options), (registry) =>
        mirrorAll(ports, registry, references, options),
      ),
    ),
  );
}

type OpenChain = Awaited<ReturnType<typeof openChain>>;

async function mirrorAll(
  ports: Awaited<ReturnType<typeof openPorts>>,
  registry: OpenChain,
  references: readonly Reference[],
  options: MirrorOptions,
): Promise<MirroredModel[]> {
  const [homeChain, chainId] = [chainIdOf(ports.registry.id), chainIdOf(registry.id)];
  if (homeChain === null || chainId === null || chainId === homeChain) throw notTwo(homeChain);
  const { record, status } = options;
  const rows: MirroredModel[] = [];
  for (const reference of references) {
    const target = { registry, actions: registry.actions };
    const done = await mirror(ports, target, { reference, homeChain, record, status }, options);
    rows.push(document(done, homeChain, chainId));
  }
  return rows;
}

function otherChain({ blockchain }: Config, to: Config): ChainSettings {
  const { contractAddress, privateKey } = blockchain ?? {};
  const key = to.blockchain?.keystore === undefined ? { privateKey } : {};
  const { chain } = settingsOf({ blockchain: { contractAddress, ...key, ...to.blockchain } }, '');
  if (chain === null) throw notTwo(null);
  return chain;
}

async function closing<T extends { close(): Promise<void> }, R>(
  opening: Promise<T>,
  work: (opened: T) => Promise<R>,
): Promise<R> {
  const opened = await opening;
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

function document(
  { home, mirror, transactions, gasUsed, quote }: Mirrored,
  homeChain: number,
  chainId: number,
) {
  return {
    model: home.model as string,
    version: home.version as string,
    ...{ homeChain, chainId },
    mirrored: mirror !== null,
    homeStatus: home.status,
    mirrorStatus: mirror?.status ?? null,
    transactions,
    gasUsed: String(gasUsed),
    quote: { transactions: quote.transactions, gas: String(quote.gas), wei: String(quote.wei) },
  };
}

function notTwo(homeChain: number | null): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: 'a release is mirrored from one chain to another',
    was:
      homeChain === null
        ? 'one of them is the private chain, which nobody else can ask'
        : `both are chain ${homeChain}`,
    next: 'configure the home chain, and name a configuration file of the other one with --to',
  });
}
