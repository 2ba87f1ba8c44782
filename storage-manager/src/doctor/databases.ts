import { existsSync } from 'node:fs';
import type { placesIn } from '../config/places.ts';
import { Journal } from '../engine/journal.ts';
import { Tasks } from '../engine/tasks.ts';
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

/** Others hold one for milliseconds: where it takes longer than this, that is worth telling. */
const BUSY_MS = 1_000;

/** Named in full; of more only the count is told. */
const SHOWN = 3;

/** The databases of this machine: what it has begun, and what it has seen. None is made. */
export async function checkDatabases(
  { journal, tasks, seen }: ReturnType<typeof placesIn>,
  registry: OurRegistry,
  signal?: AbortSignal,
): Promise<Check[]> {
  const options = (file: string) => ({
    signal,
    late: late('LOCKED', file, 'wait until the other command is done'),
  });
  return [
    await check('unfinished', options(journal), (stop) =>
      existsSync(journal) ? journalFinding(journal, registry, stop) : skip('nothing was ever begun'),
    ),
    await check('changes', options(tasks), (stop) =>
      existsSync(tasks) ? tasksFinding(tasks, registry, stop) : skip('no registry was ever changed'),
    ),
    await check('seen', options(seen), async (stop) => {
      if (!existsSync(seen)) return skip('no channel was ever read');
      (await Seen.open(seen, { signal: stop, waitMs: BUSY_MS })).close();
      return ok(`${seen} is sound`);
    }),
  ];
}

async function journalFinding(
  file: string,
  { isOurs, nameOf }: OurRegistry,
  signal: AbortSignal,
): Promise<Finding> {
  const journal = await Journal.open(file, { signal, waitMs: BUSY_MS });
  try {
    const takenBack = (await journal.notFinal.all({ signal })).filter(
      (one) => one.takenBack && isOurs(one.registry),
    );
    const begun = (await journal.unfinished({ signal })).filter(({ registry }) => isOurs(registry));
    if (begun.length + takenBack.length === 0) return ok('no publish was interrupted');
    const gone = takenBack.map(({ model, version }) => `${nameOf(model)}@${version}`);
    const named = begun.map(({ reference, source }) => {
      const { model } = parseReference(reference);
      return `${nameOf(model)}${reference.slice(model.length)} from ${source}`;
    });
    const texts = [
      ...(gone.length > 0 ? [`published, and taken back by the chain: ${shown(gone)}`] : []),
      ...(named.length > 0 ? [unfinishedText(named)] : []),
    ];
    return warn(
      texts.join('; '),
      'run the same `ballast store` again, unless it runs now: it finishes it, or says what is in its way',
    );
  } finally {
    journal.close();
  }
}

async function tasksFinding(file: string, { isOurs }: OurRegistry, signal: AbortSignal): Promise<Finding> {
  const tasks = await Tasks.open(file, { signal, waitMs: BUSY_MS });
  try {
    const begun = (await tasks.unfinished({ signal })).filter(([registry = '']) => isOurs(registry));
    if (begun.length === 0) return ok('no change of the registry was interrupted');
    return warn(
      unfinishedText(begun.map(([_registry, _account, ...wanted]) => wanted.join(' '))),
      'run the same command again, unless it runs now: what it had sent is waited for, and nothing is sent twice',
    );
  } finally {
    tasks.close();
  }
}

function unfinishedText(begun: readonly string[]): string {
  return `begun and not finished: ${shown(begun)}`;
}

function shown(names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${names.slice(0, SHOWN).join(', ')}${more}`;
}
