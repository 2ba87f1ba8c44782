import { TrustError } from '../errors.ts';
import { type ModelName, splitModel, type Version } from '../ids/reference.ts';
import type {
  CallOptions,
  ChainRelease,
  ChainTrust,
  RegistryReader,
  RegistryTrust,
  Resolution,
} from '../interfaces.ts';
import { isFinal, isWithdrawn } from '../standing.ts';
import { ignoreDisk } from '../tolerate.ts';
import { isOutOfReach } from './ladder.ts';
import { heardOf, homesOf, type OtherChain } from './others.ts';
import { refuseChange, revoked } from './remembered.ts';
import type { Seen } from './seen.ts';
import { resolveHeeding } from './stale.ts';

/** What a registry's word is held to. */
export interface ChainTrustOptions {
  readonly seen: Seen;
  /** Chains that must not know another release under the same version; default none. */
  readonly others?: readonly OtherChain[];
}

/**
 * The first rung: what the registry says now. Bad news counts at once; good news only once its block is final; and
 * nothing goes back: no channel, no release. What it says is remembered for the day when it is out of reach.
 */
export function chainTrust(registry: RegistryReader, { seen, others = [] }: ChainTrustOptions): ChainTrust {
  const ask = async (...[model, selector, options]: Parameters<ChainTrust['look']>): Promise<Resolution> => {
    const resolution = await resolveHeeding(registry, [model, selector, options], (last) =>
      kept(seen.remember(registry.id, last, options), last),
    );
    const { channel } = resolution;
    if (channel !== null) {
      const highest = await seen.highest(registry.id, model, channel, options);
      if (channel.seq < highest) throw rollback(model, resolution, highest, registry.trust);
    }
    // The private chain is never out of reach, and its journal does not forget.
    if (registry.trust === 'local') return resolution;
    refuseChange(resolution.release, await seen.release(registry.id, resolution.release, options));
    await kept(seen.remember(registry.id, resolution, options), resolution);
    return resolution;
  };
  /** Not before the other chains were heard: whoever blocks the one that withdrew must not keep statements of the other alive. */
  const reached = async (resolution: Resolution, options?: CallOptions): Promise<void> => {
    // What is not final tells of no key.
    if (registry.trust === 'local' || !isFinal(resolution)) return;
    const { namespace } = splitModel(resolution.release.model);
    await kept(seen.reached(registry.id, namespace, resolution.asOf, Date.now(), options), resolution);
  };
  /** Of a release that is known as a mirror: what was withdrawn at home is not to be had on a lower rung. */
  const heedHome = async (model: ModelName, version: Version, options?: CallOptions): Promise<void> => {
    const known = others.length === 0 ? null : await seen.release(registry.id, { model, version }, options);
    if (known === null || known.homeStatus === null) return;
    const { manifest } = known;
    for (const home of await homesOf({ model, version, manifest }, others, options))
      await kept(seen.rememberHome(registry.id, home, options), home);
  };
  return {
    async look(model, selector, options) {
      const resolution = await ask(model, selector, options);
      if (others.length === 0) await reached(resolution, options);
      return vouched(resolution, registry.trust);
    },
    async resolve(model, selector, options) {
      const heed = (last: Resolution) => kept(seen.rememberHome(registry.id, last, options), last);
      const here = await ask(model, selector, options).catch(async (error) => {
        if (isOutOfReach(error) && selector.kind === 'version')
          await heedHome(model, selector.version, options);
        throw error;
      });
      const resolution = await heardOf(here, others, heed, options);
      await reached(resolution, options);
      const { channel } = resolution;
      if (resolution.homeAsOf !== null) await heed(resolution);
      refuseWithdrawn(model, resolution);
      if (!isFinal(resolution)) throw notFinal(model, resolution);
      if (channel !== null) await seen.raise(registry.id, model, channel, options);
      return vouched(resolution, registry.trust);
    },
  };
}

function vouched(resolution: Resolution, trust: RegistryTrust): ChainRelease {
  const { release, asOf, quorum } = resolution;
  return { release, trust, asOf, quorum, status: release.status, resolution };
}

/** On a full or read-only disk good news can be used all the same; bad news that is forgotten could not be refused later. */
async function kept(remembering: Promise<void>, { release: { status } }: Resolution): Promise<void> {
  try {
    await remembering;
  } catch (error) {
    if (isWithdrawn(status)) throw error;
    ignoreDisk(error);
  }
}

/** A yanked release still serves those who name its version; a revoked one serves nobody. */
function refuseWithdrawn(model: ModelName, { release, channel, modelActive }: Resolution): void {
  const { version, status } = release;
  if (channel !== null && isWithdrawn(status)) {
    throw new TrustError('CHANNEL_WITHDRAWN', {
      should: `${model}@${channel.channel} must lead to a release that is in use`,
      was: `it leads to ${version}, which is ${status}`,
      next:
        status === 'yanked'
          ? `name a version (${model}@${version} still works), or wait until the publisher moves the channel`
          : 'name another version, or wait until the publisher moves the channel',
    });
  }
  if (status === 'revoked') throw revoked(release);
  if (channel !== null && !modelActive) {
    throw new TrustError('MODEL_INACTIVE', {
      should: `${model} must be active to be resolved by a channel`,
      was: 'its publisher has deactivated it',
      next: `name the version you need: ${model}@${version}`,
    });
  }
}

function rollback(
  model: ModelName,
  { channel, asOf }: Resolution,
  highest: number,
  trust: RegistryTrust,
): TrustError {
  return new TrustError('CHANNEL_ROLLBACK', {
    should: `${model}@${channel?.channel} must have move ${highest} or a later one, for this machine has seen that`,
    was: `the chain shows move ${channel?.seq} as of block ${asOf.block}`,
    next:
      trust === 'local'
        ? 'the journal of the private chain has lost records: restore it from a backup, or begin anew with `ballast reset`'
        : 'use another RPC endpoint: this one is behind or lies; where one that you no longer use made that move up, remove seen.sqlite from the state folder',
  });
}

function notFinal(model: ModelName, { release, changedBlock, finalBlock }: Resolution): TrustError {
  return new TrustError('NOT_FINAL', {
    should: `${model}@${release.version} must stand in a final block`,
    was: `it changed in block ${changedBlock}, and block ${finalBlock} is the newest final one`,
    next: 'try again in some minutes, or set a weaker "finality" in the configuration',
  });
}
