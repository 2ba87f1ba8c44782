import type { StatusAction } from '../../actions.ts';
import { TrustError } from '../../errors.ts';
import type { JobOptions } from '../../events.ts';
import type { Digest } from '../../ids/digest.ts';
import type { Reference } from '../../ids/reference.ts';
import type { Reason, Release, ReleaseStatus } from '../../interfaces.ts';
import { resolveReference } from '../reading/release.ts';
import type { ChangePorts, Intention } from './change.ts';

export interface StatusJob {
  readonly reference: Reference;
  readonly to: ReleaseStatus;
  readonly reason: Reason;
  readonly report: Digest | null;
}

/**
 * Deprecates, yanks or revokes a release, or makes it active again. A channel is followed once: the release that it leads
 * to now is the one that is meant.
 * @throws what `ChainTrust.look` throws
 */
export async function statusIntention(
  ports: ChangePorts,
  { reference, to, reason, report }: StatusJob,
  options: JobOptions,
): Promise<Intention<StatusAction> & { readonly release: Release }> {
  const { resolution } = await resolveReference(ports, reference, ports.trust.chain.look, options);
  const { release } = resolution;
  const { model, version } = release;
  return {
    release,
    key: ['status', model, version, to, reason, report ?? ''],
    async prepare() {
      const now = await ports.registry.resolve(model, { kind: 'version', version }, options);
      const { status: from, statusSeq: seq } = now.release;
      if (from === to) return null;
      if (from === 'revoked') throw revoked(now.release, to);
      return { kind: 'status', model, version, from, to, seq, reason, report };
    },
  };
}

function revoked({ model, version }: Release, to: ReleaseStatus): TrustError {
  return new TrustError('RELEASE_REVOKED', {
    should: `${model}@${version} must not be revoked to become ${to}`,
    was: 'its publisher has revoked it for ever',
    next: 'publish the same content under another version',
  });
}
