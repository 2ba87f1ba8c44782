import type { CheckedLock, LockedModel } from '@ballast-models/storage-manager';
import { type Command, Option } from 'commander';
import { programName } from '../invocation.ts';
import { addCommonFlags, type CommonFlags, lockFileOption } from '../options.ts';
import {
  paint,
  plural,
  printable,
  timeText,
  writeHint,
  writeJson,
  writeLine,
  writeTable,
} from '../output.ts';
import { LOCKFILE, type Session, withSession } from '../session.ts';

interface LockFlags extends CommonFlags {
  readonly lock?: string;
  readonly check?: boolean;
  readonly remove?: boolean;
}

const AFTER = `
${LOCKFILE} in this folder is written, and every command that runs here obeys it: what answers must be what was locked, or
nothing is used (exit 6). A locked channel stays at its version until it is locked again. With the file and the bytes a
model can be had while the chain is out of reach. Keep it under version control.

Examples:
  ballast lock acme/llama@latest acme/tokenizer@3      what the chain says of them now
  ballast lock                                         what is locked
  ballast lock --check                                 exit 6 where the chain contradicts it
  ballast retrieve acme/llama@latest ./model --locked  refuses what is not locked`;

export function addLock(program: Command): void {
  addCommonFlags(
    program
      .command('lock')
      .description('hold every command in this folder to what the chain says of releases now')
      .argument(
        '[refs...]',
        'model, model@version, model@channel or model@sha256:<manifest digest>; none: list',
      )
      .addOption(
        new Option('--check', 'ask the chain whether it still says what is locked').conflicts('remove'),
      )
      .option('--remove', 'give up these entries')
      .addOption(lockFileOption())
      .addHelpText('after', AFTER),
  ).action(lock);
}

async function lock(refs: readonly string[], flags: LockFlags): Promise<void> {
  await withSession(flags, {}, async (session) => {
    const { engine } = session;
    if (flags.check && refs.length > 0)
      throw misplaced(engine, '--check asks about every entry', 'name none');
    if (flags.remove && refs.length === 0) throw misplaced(engine, '--remove needs references', 'name them');
    if (flags.check) await check(session, flags);
    else if (refs.length === 0) await list(session, flags);
    else await change(session, refs, flags);
  });
}

function misplaced({ UsageError }: Session['engine'], was: string, next: string): Error {
  return new UsageError('ARGUMENT_INVALID', { should: 'the command must say what to do', was, next });
}

async function list({ storage, call }: Session, { json, lock = LOCKFILE }: LockFlags): Promise<void> {
  const entries = await storage.locks.list(call);
  if (json) writeJson(entries);
  else if (entries.length > 0) print(entries);
  else writeHint(`nothing is locked in ${printable(lock)}: ${programName()} lock REF locks a release`);
}

async function change({ storage, call, progress }: Session, refs: readonly string[], flags: LockFlags) {
  const { remove, json } = flags;
  const changed = await (remove ? storage.locks.remove(refs, call) : storage.locks.add(refs, call));
  progress.clear();
  if (json) return writeJson(changed);
  writeLine(
    `${paint('green', remove ? 'no longer locked' : 'locked')} in ${printable(flags.lock ?? LOCKFILE)}`,
  );
  print(changed);
}

async function check({ storage, call, progress }: Session, { json }: LockFlags): Promise<void> {
  const entries = await storage.locks.check(call);
  progress.clear();
  const wrong = entries.filter(({ problem }) => problem !== null);
  if (json) writeJson(entries);
  else if (entries.length === 0) writeHint('nothing is locked');
  else printChecked(entries, wrong);
  if (wrong.length > 0) process.exitCode = 6;
}

function printChecked(entries: readonly CheckedLock[], wrong: readonly CheckedLock[]): void {
  writeTable<CheckedLock>(
    [
      { title: 'REFERENCE', text: ({ reference }) => reference },
      { title: 'LOCKED', text: ({ version }) => version },
      { title: 'NOW', text: ({ now, problem }) => (problem === null && now ? now.version : '-') },
      { title: 'STATUS', text: ({ now }) => now?.status ?? '-' },
      { title: 'VERDICT', text: ({ problem }) => (problem === null ? 'as locked' : 'contradicted') },
    ],
    entries,
  );
  for (const { problem } of wrong) writeLine(`${paint('red', 'contradicted:')} ${printable(problem ?? '')}`);
  const moved = entries.filter(({ problem, now, version }) => problem === null && now?.version !== version);
  if (moved.length > 0)
    writeHint(`${plural(moved.length, 'channel')} moved on: ${programName()} lock REF follows`);
}

function print(entries: readonly LockedModel[]): void {
  writeTable<LockedModel>(
    [
      { title: 'REFERENCE', text: ({ reference }) => reference },
      { title: 'VERSION', text: ({ version }) => version },
      { title: 'STATUS', text: ({ status }) => status },
      { title: 'CHAIN', text: ({ chain }) => chain },
      { title: 'AS OF', text: ({ asOf }) => `block ${asOf.block}, ${timeText(asOf.time)}` },
      { title: 'MANIFEST', text: ({ manifest }) => manifest },
    ],
    entries,
  );
}
