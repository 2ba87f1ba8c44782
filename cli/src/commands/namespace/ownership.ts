import type { Command } from 'commander';
import { addChangeFlags, type ChangeFlags } from '../../change/options.ts';
import { runChange } from '../../change/run.ts';

export function addOwnership(namespace: Command): void {
  addChangeFlags(
    namespace
      .command('transfer')
      .description('offer a namespace to another account, which must accept')
      .argument('<label>', 'the namespace')
      .argument('<to>', 'address of the new owner; none calls an open offer off'),
  ).action(transfer);
  addChangeFlags(
    namespace
      .command('accept')
      .description('take a namespace that is offered to this account, or kept for it')
      .argument('<label>', 'the namespace')
      .addHelpText('after', '\nAll roles that the old owner granted, and his statement key, are gone then.'),
  ).action(accept);
  addChangeFlags(
    namespace
      .command('statement-key')
      .description('set the key that vouches for releases while no chain can be reached')
      .argument('<namespace>', 'label, address or local')
      .argument('<key>', 'address of the key; none: no key does'),
  ).action(statementKey);
}

async function transfer(label: string, to: string, flags: ChangeFlags): Promise<void> {
  const account = to === 'none' ? null : to;
  await runChange(
    flags,
    ({ storage }, options) => storage.namespaces.transfer(label, account, options),
    ({ namespace, pendingOwner }) => ({
      done: pendingOwner === null ? 'offered to nobody' : `offered to ${pendingOwner}`,
      what: namespace,
    }),
  );
}

async function accept(label: string, flags: ChangeFlags): Promise<void> {
  await runChange(
    flags,
    ({ storage }, options) => storage.namespaces.accept(label, options),
    ({ namespace, owner }) => ({ done: `owned by ${owner}`, what: namespace }),
  );
}

async function statementKey(label: string, key: string, flags: ChangeFlags): Promise<void> {
  const account = key === 'none' ? null : key;
  await runChange(
    flags,
    ({ storage }, options) => storage.namespaces.setStatementKey(label, account, options),
    ({ namespace, statementKey }) => ({
      done: statementKey === null ? 'without a statement key' : `vouched for by ${statementKey}`,
      what: namespace,
    }),
  );
}
