import type { ChannelAction } from '../../actions.ts';
import { TrustError } from '../../errors.ts';
import type { JobOptions } from '../../events.ts';
import type { Channel, ModelName, Version } from '../../ids/reference.ts';
import type { Release } from '../../interfaces.ts';
import { nullWhereMissing } from '../../tolerate.ts';
import type { ChangePorts, Intention } from './change.ts';

export interface ChannelJob {
  readonly model: ModelName;
  readonly channel: Channel;
  readonly version: Version;
}

/** Moves a channel, or creates it, unless somebody else moves it at the same time. */
export async function channelIntention(
  ports: ChangePorts,
  { model: name, channel, version }: ChannelJob,
  options: JobOptions,
): Promise<Intention<ChannelAction>> {
  const model = await ports.registry.canonical(name, options);
  return {
    key: ['channel', model, channel, version],
    async prepare() {
      const { release } = await ports.registry.resolve(model, { kind: 'version', version }, options);
      refuseWithdrawn(release, channel);
      const target = await ports.registry
        .resolve(model, { kind: 'channel', channel }, options)
        .catch(nullWhereMissing);
      if (target?.release.version === version) return null;
      return { kind: 'channel', model, channel, version, seq: target?.channel?.seq ?? 0 };
    },
  };
}

/** @throws TrustError `CHANNEL_WITHDRAWN` */
function refuseWithdrawn({ model, version, status }: Release, channel: Channel): void {
  if (status === 'active' || status === 'deprecated') return;
  throw new TrustError('CHANNEL_WITHDRAWN', {
    should: `${model}@${channel} must lead to a release that is in use`,
    was: `${version} is ${status}`,
    next:
      status === 'yanked'
        ? `name another version, or first make it active: \`ballast release restore ${model}@${version}\``
        : 'name another version',
  });
}
