import { existsSync } from 'node:fs';
import type { placesIn } from '../config/wire.ts';
import { Journal } from '../engine/journal.ts';
import { parseReference } from '../ids/reference.ts';
import type { NameOf } from '../manager/names.ts';
import { Seen } from '../trust/seen.ts';
import { type Check, check, type Finding, late, ok, skip, warn } from './check.ts';

/** The configured registry: nothing that was begun on another can be finished on it. */
export interface OurRegistry {
  /** Of a registry's id, as the rows of the journal have it. */
  readonly isOurs: (registry: string) => boolean;
  readonly nameOf: NameOf;
}

/** Named in full; of more only the count is told. */
const SHOWN = 3;

/** The two databases of this machine: what it has begun, and what it has seen. Neither is made. */
export async function checkDatabases(
  { journal, seen }: ReturnType<typeof placesIn>,
  registry: OurRegistry,
  signal?: AbortSignal,
): Promise<Check[]> {
  const options = (file: string) => ({
    signal,
    late: late('LOCKED', file, 'wait until the other command is done'),
  });
  return [
    await check('unfinished', options(journal), () =>
      existsSync(journal) ? journalFinding(journal, registry) : skip('nothing was ever begun'),
    ),
    await check('seen', options(seen), () => {
      if (!existsSync(seen)) return skip('no channel was ever read');
      new Seen(seen).close();
      return ok(`${seen} is sound`);
    }),
  ];
}

function journalFinding(file: string, { isOurs, nameOf }: OurRegistry): Finding {
  const journal = new Journal(file);
  try {
    const begun = journal.unfinished().filter(({ registry }) => isOurs(registry));
    if (begun.length === 0) return ok('no publish was interrupted');
    const shown = begun.slice(0, SHOWN).map(({ reference, source }) => {
      const { model } = parseReference(reference);
      return `${nameOf(model)}${reference.slice(model.length)} from ${source}`;
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
