import type { RegistryActions } from '../actions.ts';
import { TransactionError, TrustError, UsageError } from '../errors.ts';
import type { JobOptions } from '../events.ts';
import type { Reference } from '../ids/reference.ts';
import type { ChainRelease, PublishQuote, RecordMode, Registry, Release } from '../interfaces.ts';
import { nullWhereMissing } from '../tolerate.ts';
import { agree, type ChangeOptions, type ChangePorts, change, NOTHING, withTask } from './changing/change.ts';
import { type KnownRelease, openRelease } from './reading/release.ts';

/** The registry of another chain. */
export interface Target {
  readonly registry: Registry;
  readonly actions: RegistryActions;
}

export interface MirrorJob {
  readonly reference: Reference;
  /** Id (EIP-155) of the chain that is read. */
  readonly homeChain: number;
  /** Default: as at home. */
  readonly record?: RecordMode | undefined;
  /** Also gives the mirror the status that the release has at home. */
  readonly status?: boolean | undefined;
}

export type MirrorQuote = Pick<PublishQuote, 'transactions' | 'gas' | 'wei'>;

export interface Mirrored {
  readonly home: Release;
  /** null: a dry run found none. */
  readonly mirror: Release | null;
  readonly transactions: number;
  readonly gasUsed: bigint;
  /** What was left to do before. */
  readonly quote: MirrorQuote;
}

/**
 * Publishes a release of the home chain on another: the same manifest, root and counts, and the name of the home chain.
 * What is mirrored already is not sent again. Channels are not mirrored: each registry moves its own.
 * @throws TrustError `RELEASE_REVOKED`: of what is revoked no mirror is made; TransactionError `VERSION_EXISTS` where the
 *   target says something else; what the registries throw
 */
export async function mirror(
  ports: ChangePorts,
  target: Target,
  job: MirrorJob,
  options: ChangeOptions = {},
): Promise<Mirrored> {
  const known = await openRelease(ports, job.reference, ports.trust.chain.look, options);
  const home = known.trusted.resolution.release;
  if (home.homeChain !== null && home.homeChain !== job.homeChain) throw notAtHome(home);
  const there = { ...ports, ...target };
  const published = await publishThere(ports, there, known, job, options);
  if (job.status !== true || published.mirror === null) return { home, ...published };
  const changed = await change(there, statusIntention(there, home, options), options);
  return {
    home,
    mirror: await find(target.registry, home, options),
    transactions: published.transactions + changed.transactions,
    gasUsed: published.gasUsed + changed.gasUsed,
    quote: added(published.quote, changed.quote),
  };
}

async function publishThere(
  ports: ChangePorts,
  there: ChangePorts,
  { trusted, content }: KnownRelease<ChainRelease>,
  { homeChain, record }: MirrorJob,
  options: ChangeOptions,
): Promise<Omit<Mirrored, 'home'>> {
  const { release } = trusted.resolution;
  const { model, version, manifest, chunkRoot, bytes, mode } = release;
  const { registry } = there;
  const request = {
    ...{ model, version, manifest, chunkRoot, bytes, homeChain },
    digests: content.chunks.digests,
    mode: record ?? mode,
    channels: [],
    base: content.manifest.base,
  };
  return withTask(there, ['mirror', model, version], options, async ({ log }) => {
    const standing = await find(registry, release, options);
    if (standing !== null) {
      checkSame(standing, release, homeChain);
      return { mirror: standing, transactions: 0, gasUsed: 0n, quote: NOTHING };
    }
    // A mirror is for ever: what the home chain may still take back, or has revoked, is not to be mirrored.
    await ports.trust.chain.resolve(model, { kind: 'version', version }, options);
    const quote = await registry.quote(request, options);
    if (options.dryRun) return { mirror: null, transactions: 0, gasUsed: 0n, quote };
    await agree(quote, options);
    const { maxFeePerGas } = quote;
    const receipt = await registry.publish(request, log, { ...options, maxFeePerGas });
    const { transactions, gasUsed } = receipt;
    return { mirror: receipt.release, transactions, gasUsed, quote };
  });
}

/** The release of the same version; null where the target has none. */
async function find(
  registry: Registry,
  { model, version }: Pick<Release, 'model' | 'version'>,
  options: JobOptions,
): Promise<Release | null> {
  const found = await registry.resolve(model, { kind: 'version', version }, options).catch(nullWhereMissing);
  return found?.release ?? null;
}

function statusIntention({ registry }: ChangePorts, home: Release, options: JobOptions) {
  const { model, version, status: to, reason } = home;
  return {
    key: ['mirror status', model, version, to, reason],
    async prepare() {
      const { release } = await registry.resolve(model, { kind: 'version', version }, options);
      const { status: from, statusSeq: seq } = release;
      if (from === to) return null;
      if (from === 'revoked') throw revokedThere(home);
      return { kind: 'status' as const, model, version, from, to, seq, reason, report: null };
    },
  };
}

function checkSame(standing: Release, home: Release, homeChain: number): void {
  const pairs = [
    ['manifest', home.manifest, standing.manifest],
    ['chunk root', home.chunkRoot, standing.chunkRoot],
    ['chunk count', home.chunkCount, standing.chunkCount],
    ['bytes', home.bytes, standing.bytes],
    ['home chain', homeChain, standing.homeChain ?? 'its own'],
  ] as const;
  for (const [what, should, was] of pairs) {
    if (should === was) continue;
    throw new TransactionError('VERSION_EXISTS', {
      should: `the ${what} of ${home.model}@${home.version} on the other chain must be ${should}`,
      was: `it is ${was}, and a version is written once`,
      next: 'ask the owner of the namespace there; nothing was sent',
    });
  }
}

function notAtHome({ model, version, homeChain }: Release): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: `${model}@${version} must be mirrored from its home chain ${homeChain}`,
    was: 'this chain holds a mirror of it',
    next: 'configure the home chain, and name the other one with --to',
  });
}

function revokedThere({ model, version, status }: Release): TrustError {
  return new TrustError('RELEASE_REVOKED', {
    should: `the mirror of ${model}@${version} must be ${status}, as at home`,
    was: 'it is revoked there, for ever',
    next: 'publish the same content under another version',
  });
}

function added(one: MirrorQuote, other: MirrorQuote): MirrorQuote {
  return {
    transactions: one.transactions + other.transactions,
    gas: one.gas + other.gas,
    wei: one.wei + other.wei,
  };
}
