import { existsSync } from 'node:fs';
import type { placesIn } from '../config/wire.ts';
import { Journal } from '../engine/journal.ts';
import { Seen } from '../trust/seen.ts';
import { type Check, check, type Finding, late, ok, skip, warn } from './check.ts';

/** Named in full; of more only the count is told. */
const SHOWN = 3;

/**
 * The two databases of this machine: what it has begun, and what it has seen. Neither is made.
 * @param isOurs of a registry's id, whether it is the configured one: nothing can be finished on another
 */
export async function checkDatabases(
  { journal, seen }: ReturnType<typeof placesIn>,
  isOurs: (registry: string) => boolean,
  signal?: AbortSignal,
): Promise<Check[]> {
  const options = (file: string) => ({
    signal,
    late: late('LOCKED', file, 'wait until the other command is done'),
  });
  return [
    await check('unfinished', options(journal), () =>
      existsSync(journal) ? journalFinding(journal, isOurs) : skip('nothing was ever begun'),
    ),
    await check('seen', options(seen), () => {
      if (!existsSync(seen)) return skip('no channel was ever read');
      new Seen(seen).close();
      return ok(`${seen} is sound`);
    }),
  ];
}

function journalFinding(file: string, isOurs: (registry: string) => boolean): Finding {
  const journal = new Journal(file);
  try {
    const begun = journal.unfinished().filter(({ registry }) => isOurs(registry));
    if (begun.length === 0) return ok('no publish was interrupted');
    const shown = begun.slice(0, SHOWN).map(({ registry, reference, source }) => {
      // On the private chain a key publishes under its own address alone, and that is called local.
      const own = registry.startsWith('embedded:')
        ? reference.replace(/^0x[0-9a-f]{40}\//, 'local/')
        : reference;
      return `${own} from ${source}`;
    });
    const more = begun.length > SHOWN ? ` and ${begun.length - SHOWN} more` : '';
    return warn(
      `begun and not finished: ${shown.join(', ')}${more}`,
      'run the same `ballast store` again, unless it runs now: it finishes it, or says what is in its way',
    );
  } finally {
    journal.close();
  }
}
