import type { Command } from 'commander';
import { addSignableFlags, type SignableFlags } from '../../change/options.ts';
import { runChange } from '../../change/run.ts';

export function addChannel(release: Command): void {
  addSignableFlags(
    release
      .command('channel')
      .description('point a channel of a model, such as latest or stable, to a version')
      .argument('<model>', 'the model')
      .argument('<channel>', 'latest, stable or any word; made where it is new')
      .argument('<version>', 'an active or deprecated version'),
  ).action(move);
}

async function move(model: string, channel: string, version: string, flags: SignableFlags): Promise<void> {
  const { signOnly, validFor } = flags;
  await runChange(
    flags,
    ({ storage }, options) =>
      storage.releases.setChannel(model, channel, version, { ...options, signOnly, validSeconds: validFor }),
    (result) => ({ done: `at ${result.version}`, what: `${result.model}@${result.channel}` }),
  );
}
