import { PolicyError, TrustError } from '../errors.ts';
import type { ModelName } from '../ids/reference.ts';
import type { RegistryReader, RegistryTrust, Resolution, Trust } from '../interfaces.ts';
import { heardOf, type OtherChain } from './others.ts';
import type { Seen } from './seen.ts';

/** What a registry's word is held to. */
export interface TrustOptions {
  readonly seen: Seen;
  /** Chains that must not know another release under the same version; default none. */
  readonly others?: readonly OtherChain[];
}

/**
 * The first rung: what the registry says now. Bad news counts at once; good news only once its block is final; and no
 * channel goes back.
 */
export function chainTrust(registry: RegistryReader, { seen, others = [] }: TrustOptions): Trust {
  const look: Trust['look'] = async (model, selector, options) => {
    const resolution = await registry.resolve(model, selector, options);
    const { channel } = resolution;
    if (channel !== null) {
      const highest = await seen.highest(registry.id, model, channel, options);
      if (channel.seq < highest) throw rollback(model, resolution, highest, registry.trust);
    }
    return resolution;
  };
  return {
    look,
    async resolve(model, selector, options) {
      const resolution = await heardOf(await look(model, selector, options), others, options);
      const { channel } = resolution;
      refuseWithdrawn(model, resolution);
      if (resolution.changedBlock > resolution.finalBlock) throw notFinal(model, resolution);
      if (channel !== null) await seen.raise(registry.id, model, channel, options);
      return { ...resolution, trust: registry.trust };
    },
  };
}

/** A yanked release still serves those who name its version; a revoked one serves nobody. */
function refuseWithdrawn(model: ModelName, { release, channel, modelActive }: Resolution): void {
  const { version, status } = release;
  if (channel !== null && (status === 'yanked' || status === 'revoked')) {
    throw new PolicyError('CHANNEL_WITHDRAWN', {
      should: `${model}@${channel.channel} must lead to a release that is in use`,
      was: `it leads to ${version}, which is ${status}`,
      next:
        status === 'yanked'
          ? `name a version (${model}@${version} still works), or wait until the publisher moves the channel`
          : 'name another version, or wait until the publisher moves the channel',
    });
  }
  if (status === 'revoked') {
    throw new PolicyError('RELEASE_REVOKED', {
      should: `${model}@${version} must not be revoked`,
      was: 'its publisher has revoked it for ever',
      next: 'use another version: see `ballast list --all`',
    });
  }
  if (channel !== null && !modelActive) {
    throw new PolicyError('MODEL_INACTIVE', {
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
        : 'use another RPC endpoint: this one is behind or lies',
  });
}

function notFinal(model: ModelName, { release, changedBlock, finalBlock }: Resolution): TrustError {
  return new TrustError('NOT_FINAL', {
    should: `${model}@${release.version} must stand in a final block`,
    was: `it changed in block ${changedBlock}, and block ${finalBlock} is the newest final one`,
    next: 'try again in some minutes, or set a weaker "finality" in the configuration',
  });
}
