import type { ShownNamespace } from '@ballast-models/storage-manager';
import type { Command } from 'commander';
import { addCommonFlags, type CommonFlags } from '../../options.ts';
import {
  paint,
  printable,
  timeText,
  writeFields,
  writeHint,
  writeJson,
  writeLine,
  writeTable,
} from '../../output.ts';
import { withSession } from '../../session.ts';

const NOTE = `
To whom roles were granted is told by the events of the chain, which a node may leave out. What the account may do that
you name is asked of the registry itself.`;

export function addShow(namespace: Command): void {
  addCommonFlags(
    namespace
      .command('show')
      .description('show the owner of a namespace, its models, and who may do what')
      .argument('<where>', 'namespace; a model: of roles for models only those for that one')
      .argument('[account]', 'only what this account may do')
      .addHelpText('after', NOTE),
  ).action(show);
}

async function show(where: string, account: string | undefined, flags: CommonFlags): Promise<void> {
  await withSession(flags, {}, async ({ storage, call, progress }) => {
    const shown = await storage.namespaces.show(where, { account, ...call });
    progress.clear();
    if (flags.json) writeJson(shown);
    else print(shown, account === undefined);
  });
}

type Role = ShownNamespace['roles'][number];

function print(shown: ShownNamespace, byEvents: boolean): void {
  const { namespace, owner, pendingOwner, statementKey, models, roles } = shown;
  writeLine(paint('bold', printable(namespace)));
  const kept = owner === null ? 'kept for' : 'offered to';
  writeFields([
    ['owner', owner ?? (pendingOwner === null ? 'nobody: it is free' : 'nobody yet')],
    ...(pendingOwner === null ? [] : ([[kept, pendingOwner]] as const)),
    ['statement key', statementKey ?? 'none'],
    ['models', models.join(', ') || 'none'],
  ]);
  writeLine();
  if (roles.length === 0) writeLine('no roles are granted');
  else printRoles(roles);
  if (byEvents) writeHint("accounts as this node's events name them");
}

function printRoles(roles: readonly Role[]): void {
  writeTable<Role>(
    [
      { title: 'ACCOUNT', text: ({ account }) => account },
      { title: 'FOR', text: ({ model }) => model ?? 'all models' },
      { title: 'ROLES', text: (row) => row.roles.join(', ') },
      { title: 'UNTIL', text: endText },
    ],
    roles,
  );
}

function endText({ expiresAt, expired }: Role): string {
  if (expiresAt === null) return 'taken away';
  return `${timeText(expiresAt)}${expired ? ' (over)' : ''}`;
}
