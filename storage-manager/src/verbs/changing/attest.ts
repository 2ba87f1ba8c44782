import type { AttestAction } from '../../actions.ts';
import { UsageError } from '../../errors.ts';
import type { JobOptions } from '../../events.ts';
import type { Digest } from '../../ids/digest.ts';
import type { Reference } from '../../ids/reference.ts';
import type { Release } from '../../interfaces.ts';
import { resolveReference } from '../reading/release.ts';
import type { ChangePorts, Intention } from './change.ts';

/** What an auditor found in the stores. */
export interface AttestJob {
  readonly reference: Reference;
  /** Chunks that were read back, and those of them that were right. */
  readonly checked: number;
  readonly ok: number;
  /** Block at which the audit began; default: the newest. */
  readonly asOf?: number | undefined;
  readonly report: Digest | null;
}

/** States on chain what was found. It is full where every chunk of the release was checked. */
export async function attestIntention(
  ports: ChangePorts,
  { reference, checked, ok, asOf: since, report }: AttestJob,
  options: JobOptions,
): Promise<Intention<AttestAction> & { readonly release: Release; readonly asOf: number }> {
  const { resolution } = await resolveReference(ports, reference, ports.trust.chain.look, options);
  const { release } = resolution;
  const { model, version } = release;
  if (checked < 1 || checked > release.chunkCount || ok > checked) throw impossible(release, checked, ok);
  const full = checked === release.chunkCount;
  const asOf = since ?? resolution.asOf.block;
  return {
    release,
    asOf,
    key: ['attest', model, version, String(checked), String(ok), String(asOf), report ?? ''],
    async prepare(settled) {
      return settled ? null : { kind: 'attest', model, version, checked, ok, full, asOf, report };
    },
  };
}

function impossible({ model, version, chunkCount }: Release, checked: number, ok: number): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: `of the ${chunkCount} chunks of ${model}@${version} at least one and at most all must be checked, and no more be right`,
    was: `${checked} were checked and ${ok} were right`,
    next: 'give what `ballast verify --json` found with --from',
  });
}
