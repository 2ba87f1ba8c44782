import { createHash } from 'node:crypto';
import { type Command, Option } from 'commander';
import { readDocument } from '../../change/document.ts';
import { addSignableFlags, type SignableFlags } from '../../change/options.ts';
import { reportDigest } from '../../change/report.ts';
import { runChange } from '../../change/run.ts';
import { count, wholeNumber } from '../../options.ts';
import { countText, plural } from '../../output.ts';
import type { Session } from '../../session.ts';

interface AttestFlags extends SignableFlags {
  readonly from?: string;
  readonly checked?: number;
  readonly ok?: number;
  readonly asOf?: number;
  readonly report?: string;
}

const EXAMPLES = `
Whoever reads chooses the auditors that he believes: yours counts where your account does. The report of --from is the
document itself.

Examples:
  ballast verify acme/tiny --json | ballast release attest acme/tiny --from -
  ballast release attest acme/tiny@1 --checked 300 --ok 300 --report audit.txt`;

export function addAttest(release: Command): void {
  addSignableFlags(
    release
      .command('attest')
      .description('state on chain what you found when you read a release back')
      .argument('<ref>', 'model, model@version, model@channel or model@sha256:<manifest digest>')
      .addOption(
        new Option('--from <file>', 'what ballast verify --json printed; - for stdin').conflicts([
          'checked',
          'ok',
          'asOf',
        ]),
      )
      .addOption(new Option('--checked <n>', 'chunks that you read back').argParser(wholeNumber))
      .addOption(new Option('--ok <n>', 'those of them that were right').argParser(count))
      .addOption(
        new Option('--as-of <block>', 'block at which you began (default: the newest)').argParser(
          wholeNumber,
        ),
      )
      .option('--report <file>', 'what explains it: its SHA-256 is recorded')
      .addHelpText('after', EXAMPLES),
  ).action(attest);
}

async function attest(ref: string, flags: AttestFlags): Promise<void> {
  const { signOnly, validFor } = flags;
  await runChange(
    flags,
    async (session, options) => {
      const found = flags.from === undefined ? given(session, flags) : await read(session, ref, flags.from);
      const report = (await reportDigest(session, flags.report)) ?? found.reportDigest;
      const how = { ...options, signOnly, validSeconds: validFor };
      return session.storage.releases.attest(found.ref ?? ref, { ...found, reportDigest: report }, how);
    },
    ({ model, version, checked, ok, full, asOf }) => ({
      done: 'attested',
      what: `${model}@${version}`,
      fields: [
        ['found', `${countText(ok)} of ${plural(checked, 'chunk')} right${full ? ', all of them read' : ''}`],
        ['as of', `block ${asOf}`],
      ],
    }),
  );
}

interface Found {
  readonly checked: number;
  readonly ok: number;
  readonly asOf?: number | undefined;
  readonly reportDigest?: string;
  /** The very version that was verified, should its channel have moved meanwhile. */
  readonly ref?: string;
}

function given({ engine }: Session, { checked, ok, asOf }: AttestFlags): Found {
  if (checked !== undefined && ok !== undefined) return { checked, ok, asOf };
  throw new engine.UsageError('ARGUMENT_INVALID', {
    should: 'an attestation must say how many chunks were checked and how many were right',
    was: 'it does not',
    next: 'add --checked N --ok N, or --from with what `ballast verify --json` printed',
  });
}

/** What `ballast verify --json` found, as it stands there. */
async function read(session: Session, ref: string, file: string): Promise<Found> {
  const { value, bytes } = await readDocument(session, file, 'what `ballast verify --json` prints');
  const { model, version, chunks, asOf } = Object(value);
  const { checked, ok } = Object(chunks);
  if (typeof model !== 'string' || typeof version !== 'string' || !Number.isSafeInteger(checked)) {
    throw refused(session, 'it is no document of ballast verify', file);
  }
  if (!names(ref, model, version)) throw refused(session, `it is about ${model}@${version}`, file);
  if (checked === 0) throw refused(session, 'a store was out of reach, or none had the manifest', file);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { checked, ok, asOf: Object(asOf).block, reportDigest: digest, ref: `${model}@${version}` };
}

/** Whether a reference may mean that version; a channel or a digest is whatever was verified. */
function names(ref: string, model: string, version: string): boolean {
  const [name = '', label = ''] = ref.split('@');
  return (model === name || model.endsWith(`/${name}`)) && (!/^\d/.test(label) || label === version);
}

function refused({ engine }: Session, was: string, file: string): Error {
  return new engine.UsageError('ARGUMENT_INVALID', {
    should: `${file === '-' ? 'stdin' : file} must say what was found of the release in every store`,
    was,
    next: 'run `ballast verify REF --json` again, and attest what that prints',
  });
}
