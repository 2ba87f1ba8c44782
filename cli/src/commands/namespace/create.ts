import type { Command } from 'commander';
import { addChangeFlags, type ChangeFlags } from '../../change/options.ts';
import { runChange } from '../../change/run.ts';

const NOTE = `
Two transactions, a minute of the chain's time apart: the first hides the label, so that nobody who sees the second one
waiting can take it. Interrupted anywhere, the same command finishes it within a day.`;

export function addCreate(namespace: Command): void {
  addChangeFlags(
    namespace
      .command('create')
      .description('register a label as a namespace of this account')
      .argument('<label>', 'at most 31 of a-z 0-9 with single hyphens between')
      .addHelpText('after', NOTE),
  ).action(create);
}

async function create(label: string, flags: ChangeFlags): Promise<void> {
  await runChange(
    flags,
    ({ storage }, options) => storage.namespaces.create(label, options),
    ({ namespace, owner }) => ({
      done: 'registered',
      what: namespace,
      fields: owner === null ? [] : [['owner', owner]],
    }),
  );
}
