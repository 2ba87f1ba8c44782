import { type Command, InvalidArgumentError, Option } from 'commander';
import { addSignableFlags, expiry, type SignableFlags } from '../../change/options.ts';
import { grantTold, runChange } from '../../change/run.ts';
import { timeText } from '../../output.ts';

const ROLES = ['publish', 'deprecate', 'yank', 'repair', 'admin'];

interface GrantFlags extends SignableFlags {
  readonly role: readonly string[];
  readonly expires?: Date;
}

interface RevokeFlags extends SignableFlags {
  readonly all?: boolean;
}

const NOTE = `
What is granted replaces what the account might do before. publish: releases, channels, texts, and of a namespace new
models; deprecate and yank: there and back; repair: services that replace stored bytes; admin: grants, activity of models.
Only the owner grants admin and revokes releases.

Examples:
  ballast namespace grant acme/tiny 0x… --role publish --expires 90d       a CI key for one model
  ballast namespace grant acme 0x… --role publish,deprecate,yank           for all models, until it is taken away`;

const ACCOUNT = 'address: 0x and 40 hex digits';

export function addGrants(namespace: Command): void {
  addSignableFlags(
    namespace
      .command('grant')
      .description('let an account do something for the owner')
      .argument('<where>', 'namespace, for all its models, or one model')
      .argument('<account>', ACCOUNT)
      .addOption(
        new Option('--role <roles>', `with commas between: ${ROLES.join(', ')}`)
          .argParser(roles)
          .makeOptionMandatory(),
      )
      .addOption(new Option('--expires <end>', '90d, 2027-01-31 or never (default)').argParser(expiry))
      .addHelpText('after', NOTE),
  ).action((where: string, account: string, flags: GrantFlags) => grant(where, account, flags));
  addSignableFlags(
    namespace
      .command('revoke')
      .description('take the roles of an account away')
      .argument('<where>', 'namespace or model, as it was granted')
      .argument('[account]', ACCOUNT)
      .addOption(
        new Option('--all', 'the roles of all accounts, for all models of the namespace').conflicts(
          'signOnly',
        ),
      ),
  ).action(revoke);
}

async function revoke(where: string, account: string | undefined, flags: RevokeFlags, command: Command) {
  if ((account === undefined) !== (flags.all ?? false)) {
    command.error('error: either an account or --all must be named');
  }
  if (account !== undefined) return grant(where, account, { ...flags, role: [] });
  await runChange(
    flags,
    ({ storage }, options) => storage.namespaces.dropGrants(where, options),
    ({ namespace }) => ({ done: 'without roles', what: namespace }),
  );
}

async function grant(where: string, account: string, flags: GrantFlags): Promise<void> {
  const { role, expires, signOnly, validFor } = flags;
  await runChange(
    flags,
    ({ storage }, options) => {
      const how = { ...options, roles: role, expiresAt: expires, signOnly, validSeconds: validFor };
      return storage.namespaces.grant(where, account, how);
    },
    (result) => ({
      ...grantTold(result.where, result.account, result.roles),
      fields:
        result.roles.length === 0
          ? []
          : [['until', result.expiresAt === null ? 'it is taken away' : timeText(result.expiresAt)]],
    }),
  );
}

function roles(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => ROLES.includes(name))) return names;
  throw new InvalidArgumentError(`Roles are ${ROLES.join(', ')}, with commas between.`);
}
