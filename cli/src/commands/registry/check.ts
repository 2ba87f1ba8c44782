import type { Holder, RegistryCheck, Right } from '@ballast-models/storage-manager';
import type { Command } from 'commander';
import { addCommonFlags, type CommonFlags } from '../../options.ts';
import { countText, paint, timeText, writeFields, writeJson, writeLine, writeTable } from '../../output.ts';
import { keepSecretsOfConfig, loadConfig, withEngine } from '../../session.ts';

interface CheckFlags extends CommonFlags {
  readonly address?: string;
}

const MORE = `
Proven are chain id, code hashes of registry, reader and AccessManager, and that the shipped creation code made them: the
address says so. Anything else ends with exit code 6. Who holds rights comes from the AccessManager's events, and how soon
from its state; a node may have forgotten events.`;

export function addCheck(group: Command): void {
  const command = group
    .command('check')
    .description('prove a registry, and show what its administrators may do')
    .option(
      '--address <address>',
      'the registry (default: the configured one, else the one without administrators)',
    )
    .addHelpText('after', MORE);
  addCommonFlags(command).action(check);
}

async function check(flags: CheckFlags): Promise<void> {
  await withEngine(flags, async (run) => {
    const { config } = await loadConfig(run, flags, {}, { signs: false });
    keepSecretsOfConfig(config);
    const checked = await run.engine.checkRegistry(config, { address: flags.address, ...run.call });
    run.progress.clear();
    if (flags.json) writeJson(checked);
    else print(checked);
  });
}

function print(checked: RegistryCheck): void {
  const { address, chainId, block, authority, admin, paused, successor, administration } = checked;
  writeLine(
    `${paint('green', 'proven')} ${paint('bold', address)} on chain ${chainId}, as of block ${countText(block)}`,
  );
  writeFields([
    ['code', checked.codeHash],
    ['reader', `${checked.reader}, code ${checked.readerCodeHash}`],
    [
      'authority',
      authority === null ? 'none: nobody can pause it, for ever' : `${authority}, an AccessManager`,
    ],
    ...(authority === null ? [] : ([['made for', admin ?? 'not known']] as const)),
    ['paused', paused ? 'yes: reads go on' : 'no'],
    ['successor', successor ?? 'none'],
  ]);
  if (administration === null) return;
  writeLine();
  writeTable<{ readonly right: Right; readonly holder: Holder | null }>(
    [
      { title: 'RIGHT', text: ({ right }) => (right.call === 'rights' ? 'change rights' : right.call) },
      { title: 'ROLE', text: ({ right }) => right.role },
      {
        title: 'WHO',
        text: ({ right, holder }) => holder?.account ?? (right.role === 'everybody' ? 'everybody' : 'nobody'),
      },
      { title: 'HOW SOON', text: ({ holder }) => (holder === null ? '-' : soon(holder)) },
    ],
    administration.rights.flatMap((right) =>
      (right.holders.length === 0 ? [null] : right.holders).map((holder) => ({ right, holder })),
    ),
  );
  const { closed, roleChange } = administration;
  writeLine();
  writeLine(
    `which role a call needs is changed ${soon({ ...roleChange, from: null })}, and no sooner than rights`,
  );
  if (closed)
    writeLine(
      `${paint('yellow', 'closed:')} no administrator can call the registry until the admin opens it`,
    );
}

function soon({ delay, from, next }: Omit<Holder, 'account'>): string {
  const now = delay === 0 ? 'at once' : `after ${hoursText(delay)}`;
  const later = next === null ? '' : `; from ${timeText(next.from)} after ${hoursText(next.delay)}`;
  return `${now}${from === null ? '' : `, from ${timeText(from)}`}${later}`;
}

function hoursText(seconds: number): string {
  return seconds % 3_600 === 0 ? `${countText(seconds / 3_600)} h` : `${countText(seconds)} s`;
}
