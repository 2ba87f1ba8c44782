import { existsSync } from 'node:fs';
import type { placesIn } from '../config/wire.ts';
import { Journal } from '../engine/journal.ts';
import { Seen } from '../trust/seen.ts';
import { type Check, check, type Finding, ok, skip, warn } from './check.ts';

/** Named in full; of more only the count is told. */
const SHOWN = 3;

/** The two databases of this machine: what it has begun, and what it has seen. Neither is made. */
export async function checkDatabases(
  { journal, seen }: ReturnType<typeof placesIn>,
  signal?: AbortSignal,
): Promise<Check[]> {
  return [
    await check('unfinished', { signal, late: 'LOCKED' }, () =>
      existsSync(journal) ? journalFinding(journal) : skip('nothing was ever begun'),
    ),
    await check('seen', { signal, late: 'LOCKED' }, () => {
      if (!existsSync(seen)) return skip('no channel was ever read');
      new Seen(seen).close();
      return ok(`${seen} is sound`);
    }),
  ];
}

function journalFinding(file: string): Finding {
  const journal = new Journal(file);
  try {
    const begun = journal.unfinished();
    if (begun.length === 0) return ok('no publish was interrupted');
    const shown = begun.slice(0, SHOWN).map(({ model, source }) => `${model} from ${source}`);
    const more = begun.length > SHOWN ? ` and ${begun.length - SHOWN} more` : '';
    return warn(
      `interrupted, or running now: ${shown.join(', ')}${more}`,
      'run the same `ballast store` again: it finishes what it began',
    );
  } finally {
    journal.close();
  }
}
