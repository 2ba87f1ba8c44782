import type { Command } from 'commander';
import { addAttest } from './release/attest.ts';
import { addChannel } from './release/channel.ts';
import { addSigned } from './release/signed.ts';
import { addStatement } from './release/statement.ts';
import { addStatusCommands } from './release/status.ts';

export function addRelease(program: Command): void {
  const release = program
    .command('release')
    .description('deprecate, yank, revoke or restore a release, move channels, attest, state');
  addStatusCommands(release);
  addChannel(release);
  addAttest(release);
  addSigned(release);
  addStatement(release);
}
