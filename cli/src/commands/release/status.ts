import type { ChangedStatus, ReleaseStatus } from '@ballast-models/storage-manager';
import type { Command } from 'commander';
import {
  addReasonFlags,
  addSignableFlags,
  type ReasonFlags,
  type SignableFlags,
} from '../../change/options.ts';
import { reportDigest } from '../../change/report.ts';
import { runChange } from '../../change/run.ts';
import { programName } from '../../invocation.ts';

const REF = 'model, model@version, model@channel or model@sha256:<manifest digest>';

/** What each command makes of a release, and what to say before. */
const COMMANDS: readonly {
  readonly name: string;
  readonly status: ReleaseStatus;
  readonly text: string;
  readonly grave?: (release: string) => string;
}[] = [
  {
    name: 'deprecate',
    status: 'deprecated',
    text: 'mark a release as superseded or worse: it still works everywhere',
  },
  { name: 'yank', status: 'yanked', text: 'take a release out of use: it still works by exact version' },
  {
    name: 'revoke',
    status: 'revoked',
    text: 'refuse a release everywhere and for ever; only the owner of the namespace can',
    grave: (release) => `revoking ${release} is for ever: every node refuses it, and nobody can undo that`,
  },
  { name: 'restore', status: 'active', text: 'make a deprecated or yanked release active again' },
];

export function addStatusCommands(release: Command): void {
  for (const { name, status, text, grave } of COMMANDS) {
    const command = release.command(name).description(text).argument('<ref>', REF);
    addSignableFlags(addReasonFlags(command)).action((ref: string, flags: SignableFlags & ReasonFlags) =>
      setStatus(ref, status, flags, grave),
    );
  }
}

async function setStatus(
  ref: string,
  status: ReleaseStatus,
  flags: SignableFlags & ReasonFlags,
  grave: ((release: string) => string) | undefined,
): Promise<void> {
  const { reason, signOnly, validFor } = flags;
  await runChange(
    flags,
    async (session, options) => {
      const digest = await reportDigest(session, flags.report);
      const how = { ...options, reason, reportDigest: digest, signOnly, validSeconds: validFor };
      return session.storage.releases.setStatus(ref, status, how);
    },
    (result) => ({
      done: status,
      what: `${result.model}@${result.version}`,
      fields: [
        ...(reason === undefined ? [] : ([['reason', reason]] as const)),
        ...(result.reportDigest === null ? [] : ([['report', result.reportDigest]] as const)),
        ...channelsText(result),
      ],
    }),
    grave,
  );
}

/** What becomes of those who follow a channel: whoever withdraws a release has to move it, and a yank ends with another word. */
function channelsText({ status, before, channels }: ChangedStatus) {
  const names = channels.join(', ');
  if (names === '') return [];
  if (status === 'yanked' || status === 'revoked')
    return [['channels', `${names}: refused until moved by \`${programName()} release channel\``]] as const;
  return before === 'yanked'
    ? ([['channels', `${names}: followed again, as it is yanked no more`]] as const)
    : [];
}
