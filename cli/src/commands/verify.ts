import type { StoreName, VerifiedModel } from '@ballast-models/storage-manager';
import { type Command, Option } from 'commander';
import { programName } from '../invocation.ts';
import {
  addCommonFlags,
  addTrustFlags,
  type CommonFlags,
  storesConfig,
  storesOption,
  type TrustFlags,
  wholeNumber,
} from '../options.ts';
import {
  paint,
  plural,
  printable,
  writeFields,
  writeHint,
  writeJson,
  writeLine,
  writeTable,
} from '../output.ts';
import { withSession } from '../session.ts';
import { trustText } from '../trust.ts';

interface VerifyFlags extends CommonFlags, TrustFlags {
  readonly store?: readonly StoreName[];
  readonly sample?: number;
  readonly full?: boolean;
}

type Bad = VerifiedModel['bad'][number];

const EXAMPLES = `
Exit codes: 4 where a block is corrupt, else 3 where one is missing, else 5 where a store can't be reached.

Examples:
  ballast verify my-model-v1                    every chunk of every store
  ballast verify my-model-v1 --sample 300       300 random chunks: finds 1 % damage with 95 % certainty`;

export function addVerify(program: Command): void {
  addTrustFlags(
    addCommonFlags(
      program
        .command('verify')
        .description('read a model back from every store and name each bad block')
        .argument('<ref>', 'model, model@version, model@channel or model@sha256:<manifest digest>')
        .addOption(storesOption('--store <names>', 'read these stores only'))
        .addOption(
          new Option('--sample <n>', 'read this many random chunks of each store')
            .argParser(wholeNumber)
            .conflicts('full'),
        )
        .option('--full', "also prove each file's own SHA-256")
        .addHelpText('after', EXAMPLES),
    ),
  ).action(verify);
}

async function verify(ref: string, flags: VerifyFlags): Promise<void> {
  await withSession(flags, storesConfig(flags.store), async ({ storage, progress, call }) => {
    const verified = await storage.verifyModel(ref, { sample: flags.sample, full: flags.full, ...call });
    progress.clear();
    if (flags.json) writeJson(verified);
    else print(verified);
    process.exitCode = verified.exit;
  });
}

function print(verified: VerifiedModel): void {
  const { model, version, ok, stores, bad } = verified;
  // A store that is out of reach says nothing of its blocks: told once, not block by block.
  const found = bad.filter(({ reason }) => reason !== 'unreachable');
  const absent = new Set(bad.filter(({ reason }) => reason === 'unreachable').map(({ store }) => store));
  const verdict = found.length > 0 ? plural(found.length, 'bad block') : 'not every store could be reached';
  const painted = ok ? paint('green', 'all right') : paint('red', verdict);
  writeLine(`${paint('bold', printable(`${model}@${version}`))}: ${painted}`);
  writeFields([
    ...stores.map(
      ({ name, checked, missing, corrupt }) =>
        [
          name,
          [
            ...(absent.has(name) ? ['out of reach'] : [`${plural(checked, 'block')} checked`]),
            ...(missing > 0 ? [`${missing} missing`] : []),
            ...(corrupt > 0 ? [`${corrupt} corrupt`] : []),
          ].join(', '),
        ] as const,
    ),
    ['trust', trustText(verified)],
  ]);
  if (absent.size > 0) writeHint(`see what is in the way: ${programName()} doctor`);
  if (found.length > 0) printBad(found, `${model}@${version}`);
}

function printBad(found: readonly Bad[], release: string): void {
  writeLine();
  writeTable<Bad>(
    [
      { title: 'STORE', text: ({ store }) => store },
      { title: 'PROBLEM', text: ({ reason }) => reason },
      { title: 'BLOCK', text: ({ kind, index }) => (index === null ? kind : `${kind} ${index}`) },
      { title: 'FILE', text: ({ file }) => file ?? '-' },
      {
        title: 'BYTES',
        text: ({ offset, length }) =>
          offset === null || length === null ? '-' : `${offset}-${offset + length - 1}`,
      },
      { title: 'DIGEST', text: ({ digest }) => digest },
    ],
    found,
  );
  writeHint(`repair it: store the same files again, ${programName()} store PATH ${printable(release)}`);
}
