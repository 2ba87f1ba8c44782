import { TrustError } from '../errors.ts';
import type { AsOf, CallOptions, Quorum, TrustLevel } from '../interfaces.ts';
import type { Ports } from '../verbs/job/ports.ts';
import type { Published } from '../verbs/publishing/job.ts';

/** Whose word a result is, and of when. */
export interface Word {
  readonly trust: TrustLevel;
  readonly asOf: AsOf | null;
  readonly quorum: Quorum | null;
}

/** The same, as documents have it. */
export function wordFields({ trust, asOf, quorum }: Word) {
  return {
    /** `chain`, `local`, `statement`, `lock` or `cid`: docs/trust.md. */
    trust,
    /** The newest block of the chain that this word knows of; null where none was asked for it. */
    asOf: asOf && { block: asOf.block, time: asOf.time.toISOString() },
    /** Endpoints that agreed, of those that are configured; null where no network was asked. */
    quorum,
  };
}

/** What the registry says of a release that was just published. That it can't be asked any more undoes no publish. */
export async function wordFor(
  { registry, trust }: Ports,
  { published, model, version }: Published,
  options: CallOptions,
): Promise<Word> {
  const nobody = { trust: registry.trust, asOf: null, quorum: null };
  if (!published) return nobody;
  try {
    return await trust.chain.look(model, { kind: 'version', version }, options);
  } catch (error) {
    if (error instanceof TrustError) return nobody;
    throw error;
  }
}
