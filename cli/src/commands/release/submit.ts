import type { Command } from 'commander';
import { readDocument } from '../../change/document.ts';
import { addChangeFlags, type ChangeFlags } from '../../change/options.ts';
import { runChange } from '../../change/run.ts';

const NOTE = `
The signer needs no funds: whoever sends it pays. It can be sent once, until its deadline.

Example:
  ballast release yank acme/tiny@2 --reason security --sign-only > yank.json     on one machine
  ballast release submit yank.json                                               on another`;

export function addSubmit(release: Command): void {
  addChangeFlags(
    release
      .command('submit')
      .description('send what somebody else has signed with --sign-only')
      .argument('<file>', 'the signed action; - for stdin')
      .addHelpText('after', NOTE),
  ).action(submit);
}

async function submit(file: string, flags: ChangeFlags): Promise<void> {
  await runChange(
    flags,
    async (session, options) => {
      const { value } = await readDocument(session, file, 'what --sign-only printed');
      return session.storage.releases.submit(value, options);
    },
    ({ action, signer }) => ({ done: 'submitted', what: action, fields: [['signer', signer]] }),
  );
}
