import type { ChangeOptions, SignedAuthorization } from '@ballast-models/storage-manager';
import type { Command } from 'commander';
import { readDocument } from '../../change/document.ts';
import { addChangeFlags, type ChangeFlags } from '../../change/options.ts';
import { grantTold, runChange, type Told } from '../../change/run.ts';

const NOTE = `
The signer needs no funds: whoever sends it pays. It can be sent once, until its deadline.

Example:
  ballast release yank acme/tiny@2 --reason security --sign-only > yank.json     on one machine
  ballast release submit yank.json                                               on another`;

const CANCEL_NOTE = `
Only its signer can, and pays for it. A signature that was not sent ends by itself at its deadline.

Example:
  ballast release cancel yank.json`;

const SIGNED = 'what --sign-only printed';

/** What somebody has signed with --sign-only: sent, or cancelled. */
export function addSigned(release: Command): void {
  addChangeFlags(
    release
      .command('submit')
      .description('send what somebody else has signed with --sign-only')
      .argument('<file>', 'the signed action; - for stdin')
      .addHelpText('after', NOTE),
  ).action(submit);
  addChangeFlags(
    release
      .command('cancel')
      .description('make what you have signed with --sign-only worth nothing, before it is sent')
      .argument('<file>', 'the signed action; - for stdin')
      .addHelpText('after', CANCEL_NOTE),
  ).action(cancel);
}

async function submit(file: string, flags: ChangeFlags): Promise<void> {
  await runChange(
    flags,
    async (session, options) => {
      const { value } = await readDocument(session, file, SIGNED);
      const confirm: ChangeOptions['confirm'] = async (quote) => {
        // Nobody is asked before the document is found to be one.
        const { action, signer } = value as SignedAuthorization;
        const { what, done } = toldOf(action);
        session.progress.note('info', `${signer} has signed: ${what} ${done}`);
        return options.confirm?.(quote) ?? true;
      };
      return session.storage.releases.submit(value, { ...options, confirm });
    },
    ({ action, signer }) => ({ ...toldOf(action), fields: [['signed by', signer]] }),
  );
}

async function cancel(file: string, flags: ChangeFlags): Promise<void> {
  await runChange(
    flags,
    async (session, options) =>
      session.storage.releases.cancel((await readDocument(session, file, SIGNED)).value, options),
    ({ action }) => ({ what: toldOf(action).what, done: 'cancelled' }),
  );
}

/** What was signed, as its own command would tell it. */
function toldOf(action: SignedAuthorization['action']): Pick<Told, 'what' | 'done'> {
  switch (action.kind) {
    case 'status':
      return { what: `${action.model}@${action.version}`, done: action.to };
    case 'channel':
      return { what: `${action.model}@${action.channel}`, done: `at ${action.version}` };
    case 'attest':
      return { what: `${action.model}@${action.version}`, done: 'attested' };
    case 'grant':
      return grantTold(action.model ?? action.namespace, action.account, action.roles);
  }
}
