/** What a machine does until it is stopped: `node commands.ts <disk> <chain> <command> [path]`. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JobOptions } from '../../src/events.ts';
import { makeFolder } from '../../src/fs/make-folder.ts';
import { LATEST, parseModelName, parseReference } from '../../src/ids/reference.ts';
import { findRelease } from '../../src/verbs/fetch.ts';
import { type Brought, bring } from '../../src/verbs/fetching/bring.ts';
import { parseSelection } from '../../src/verbs/fetching/selection.ts';
import { publish } from '../../src/verbs/publish.ts';
import type { Published } from '../../src/verbs/publishing/job.ts';
import { type Machine, openMachine } from './machine.ts';

export const MODEL = parseModelName('acme/tiny');

export function store(machine: Machine, source: string): Promise<Published> {
  const meta = { name: 'Tiny', description: '', license: null, tags: [] };
  return publish(machine, { origin: source, model: MODEL, version: null, channels: [LATEST], meta });
}

/** The newest version, into a folder that may hold another. */
export async function retrieve(machine: Machine, path: string, options: JobOptions = {}): Promise<Brought> {
  const { tree } = await findRelease(machine, parseReference(MODEL), parseSelection(), options);
  return bring(machine, tree, { destination: path, force: true }, options);
}

/** The newest version as an archive. */
export async function pack(machine: Machine, path: string): Promise<void> {
  const { bringArchive } = await import('../../src/manager/delivering/archive.ts');
  const { tree } = await findRelease(machine, parseReference(MODEL), parseSelection(), {});
  await bringArchive(machine, tree, { destination: path }, false, {});
}

/** A private chain's journal in a new folder, and four entries, each told of once it is acknowledged. */
async function append(file: string): Promise<void> {
  const { appendEntry, createJournal, FORMAT } = await import('../../src/registries/embedded/journal.ts');
  const hash = `0x${'0'.repeat(64)}`;
  await makeFolder(dirname(file));
  const entry = { time: 1, raw: `0x${'ab'.repeat(3_000)}`, block: '0x1' };
  await createJournal(file, { format: FORMAT, time: 1, codeHash: hash, readerCodeHash: hash }, entry);
  console.log('appended 1');
  let { size: end } = await stat(file);
  for (const number of [2, 3, 4]) {
    ({ end } = await appendEntry(file, end, entry));
    console.log(`appended ${number}`);
  }
}

const COMMANDS: Readonly<Record<string, (machine: Machine, path: string) => Promise<unknown>>> = {
  store,
  pack,
  retrieve: (machine, path) =>
    retrieve(machine, path, {
      // A line a chunk, written at once: what was here before the process died.
      onEvent: (event) => {
        if (event.type === 'progress' && event.step === 'fetch') console.log(`fetched ${event.bytes}`);
      },
    }),
};

if (import.meta.main) {
  const [disk = '', chain = '', command = '', path = ''] = process.argv.slice(2);
  try {
    // Loaded by whoever wants it: that of the composition root is most of the time that a short run takes.
    if (command === 'reset') await (await import('../../src/config/reset.ts')).resetState(disk);
    else if (command === 'append') await append(path);
    else if (command === 'sweep') await (await import('../../src/inputs/workspace.ts')).sweepWorkspaces(path);
    else {
      const machine = await openMachine({ disk, chain });
      await COMMANDS[command]?.(machine, path);
      await machine.close();
    }
  } catch (error) {
    const { code, exit, stack } = error as { code?: string; exit?: number; stack?: string };
    console.log(`failed ${code}\n${stack}`);
    process.exitCode = exit ?? 1;
  }
}
