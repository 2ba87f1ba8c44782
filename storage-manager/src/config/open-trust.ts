import { dirname } from 'node:path';
import type { Registry, RegistryTrust, Trust } from '../interfaces.ts';
import { chainTrust } from '../trust/chain.ts';
import { insistOn } from '../trust/insist.ts';
import { ladder } from '../trust/ladder.ts';
import { type LockOptions, lockRung, obeyLock } from '../trust/lock.ts';
import type { Lockfile } from '../trust/lockfile.ts';
import type { OtherChain } from '../trust/others.ts';
import type { Seen } from '../trust/seen.ts';
import { statementRung } from '../trust/statement.ts';
import { type StatementPlace, statementPlace } from '../trust/statement-places.ts';
import type { Settings } from './settings.ts';

/** What the ladder stands on. */
export interface TrustParts {
  readonly registry: Registry;
  readonly others: readonly OtherChain[];
  readonly seen: Seen;
  /** null: no folder of the caller's is looked at. */
  readonly lockfile: Lockfile | null;
}

/** The ladder as it is configured. @param keep closes what it opens */
export function openTrust(
  { lock: locked, trust: { require, maxStaleDays, statements } }: Settings,
  { registry, others, seen, lockfile }: TrustParts,
  keep: (place: StatementPlace) => StatementPlace,
) {
  const chain = chainTrust(registry, { seen, others });
  const folders = lockfile === null ? [] : [dirname(lockfile.name)];
  const places = [...folders, ...statements].map((place) => keep(statementPlace(place)));
  const statement = statementRung({
    ...{ registry, seen, places, lock: lockfile, maxStaleDays },
    signerOf: async (signed) =>
      (await import('../registries/ethereum/statements.ts')).statementSigner(signed),
  });
  const lock: LockOptions | null = locked &&
    lockfile && { file: lockfile, required: locked.required, registry, seen };
  const whole = ladder(chain, lock === null ? [statement] : [statement, lockRung(lock)]);
  /** For one call. @param level default: what is configured */
  return (level: RegistryTrust | null = require): Trust => {
    const trust = level === null ? whole : insistOn(level, chain);
    return lock === null ? trust : obeyLock(trust, lock, level === null ? lockRung(lock) : null);
  };
}
