import type { Command } from 'commander';
import { addCommonFlags, type CommonFlags } from '../options.ts';
import { paint, printable, sizeText, writeJson, writeLine } from '../output.ts';
import { askYes, canAsk } from '../prompt.ts';
import { type Session, withSession } from '../session.ts';

interface ResetFlags extends CommonFlags {
  readonly yes?: boolean;
}

const NOTE = `
Deletes the folders chain and store in BALLAST_HOME: every model that only the private chain knows, and every block of the
local store. Configuration, key and what was seen of other chains stay.`;

export function addReset(program: Command): void {
  addCommonFlags(
    program
      .command('reset')
      .description('delete the private chain and the local store')
      .option('-y, --yes', 'do not ask')
      .addHelpText('after', NOTE),
  ).action(reset);
}

async function reset(flags: ResetFlags): Promise<void> {
  await withSession(flags, {}, async ({ engine, loaded: { home }, call }) => {
    const folders = await engine.findState(home);
    const text = printable(folders.map(({ path, bytes }) => `${path} (${sizeText(bytes)})`).join(' and '));
    if (folders.length > 0 && !flags.yes) await confirm(engine, text, call.signal);
    const removed = folders.length > 0 ? await engine.resetState(home, call) : [];
    if (flags.json) writeJson({ home, removed });
    else if (removed.length === 0) writeLine(`nothing to delete in ${printable(home)}`);
    else writeLine(`${paint('green', 'deleted')} the contents of ${text}`);
  });
}

async function confirm(engine: Session['engine'], what: string, signal: AbortSignal): Promise<void> {
  const agreed = canAsk() && (await askYes(`Delete ${what} for ever?`, signal));
  if (agreed) return;
  throw new engine.UsageError('ARGUMENT_INVALID', {
    should: `deleting ${what} must be agreed to`,
    was: canAsk() ? 'it was not' : 'there is no terminal to ask at',
    next: 'add --yes; nothing was deleted',
  });
}
