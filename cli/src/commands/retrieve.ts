import type {
  FormatPolicy,
  RetrievedContent,
  RetrievedModel,
  StoreName,
} from '@ballast-models/storage-manager';
import { type Command, CommanderError, Option } from 'commander';
import {
  addCommonFlags,
  added,
  addTrustFlags,
  type CommonFlags,
  rate,
  storesConfig,
  storesOption,
  type TrustFlags,
} from '../options.ts';
import { paint, plural, printable, sizeText, writeFields, writeJson, writeLine } from '../output.ts';
import { withSession } from '../session.ts';
import { trustText } from '../trust.ts';

interface RetrieveFlags extends CommonFlags, TrustFlags {
  readonly cid?: string;
  readonly extract?: boolean;
  readonly from?: readonly StoreName[];
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly force?: boolean;
  readonly checkFileDigests?: boolean;
  readonly base?: readonly string[];
  readonly limitRate?: number;
  readonly policy?: FormatPolicy['use'];
}

const EXAMPLES = `
Examples:
  ballast retrieve my-model-v1 ./model                                  a folder
  ballast retrieve my-model-v1@3 ./model.tar                            an archive, the same bytes each time
  ballast retrieve my-model-v1 ./downloaded-model.tar.gz --extract      an archive and, beside it, the folder
  ballast retrieve my-model-v1 ./some --include '*.json' --include tokenizer/     some of its files
  ballast retrieve my-model-v2 ./new --base ./model                     only what ./model has not travels
  ballast retrieve --cid bafybei... ./model                             anything in IPFS, proven by its CID

A PATTERN without / means files of that name at any depth, one with / the path from the root, one that ends with /
everything below; * ? [a-z] within a name, ** for any folders. --exclude wins. Only these files' chunks travel.

--cid asks no registry: the CID that you name is its own proof, also while the chain is out of reach. It is that of a
manifest, or of any folder or file that IPFS shows; of a file, DEST becomes the file.`;

export function addRetrieve(program: Command): void {
  addTrustFlags(
    addCommonFlags(
      program
        .command('retrieve')
        .alias('pull')
        .description('fetch a model, every byte verified before it is written')
        .usage('[options] <ref> <dest>\n       ballast retrieve [options] --cid <cid> <dest>')
        .argument('[ref]', 'model, model@version, model@channel or model@sha256:<manifest digest>')
        .argument('[dest]', 'folder to make; an archive where the name ends .tar, .tar.gz or .tgz')
        .option('--cid <cid>', 'instead of a reference: what this CID names (bafy..., Qm..., /ipfs/...)')
        .option('--extract', 'with an archive: also leave the folder beside it')
        .addOption(storesOption('--from <names>', 'stores to ask; the local one first'))
        .option('--include <pattern>', 'fetch only files that match; again for more', added)
        .option('--exclude <pattern>', 'leave out files that match; again for more', added)
        .option('--force', 'replace an archive, or in a folder the files that the model names; others stay')
        .option('--check-file-digests', "also prove the publisher's SHA-256 of each file")
        .option('--limit-rate <rate>', 'bytes a second from all networks together, like 50M or 800k', rate)
        .option(
          '--base <folder>',
          'take what an earlier version on this disk has already; again for more',
          added,
        )
        .addOption(
          new Option('--policy <use>', 'inference: refuse what is not data by its content, such as pickles')
            .choices(['any', 'inference'])
            .default('any', 'any, with a warning of what runs code'),
        )
        .addHelpText('after', EXAMPLES),
    ),
  ).action(retrieve);
}

async function retrieve(
  first: string | undefined,
  second: string | undefined,
  flags: RetrieveFlags,
): Promise<void> {
  const { ref, dest } = argumentsOf(first, second, flags.cid);
  await withSession(flags, storesConfig(flags.from), async ({ storage, progress, call }) => {
    const { cid, extract, include, exclude, force, checkFileDigests, base, limitRate, policy } = flags;
    const options = { extract, include, exclude, force, checkFileDigests, base, limitRate, policy, ...call };
    const retrieved =
      cid === undefined
        ? await storage.retrieveModel(ref, dest, options)
        : await storage.retrieveCid(cid, dest, options);
    progress.clear();
    if (flags.json) writeJson(retrieved);
    else print(retrieved);
  });
}

/** With a CID the one argument is the destination. */
function argumentsOf(first: string | undefined, second: string | undefined, cid: string | undefined) {
  const [ref, dest] = cid === undefined ? [first, second] : ['', first];
  if (ref === undefined) throw wrong("missing required argument 'ref'");
  if (dest === undefined) throw wrong("missing required argument 'dest'");
  if (cid !== undefined && second !== undefined)
    throw wrong('with --cid the destination is the one argument');
  return { ref, dest };
}

function wrong(message: string): CommanderError {
  return new CommanderError(2, 'ballast.arguments', message);
}

function print(retrieved: RetrievedModel | RetrievedContent): void {
  const { model, version, cid, complete, path, extracted, files, bytes, reusedBytes, sources } = retrieved;
  writeLine(
    `${paint('green', 'retrieved')} ${paint('bold', printable(model === null ? `/ipfs/${cid}` : `${model}@${version}`))}`,
  );
  const travelled = sources.filter((source) => source.bytes > 0);
  const carried = travelled.map((source) => `${sizeText(source.bytes)} from ${source.name}`);
  if (reusedBytes > 0) carried.push(`${sizeText(reusedBytes)} was here already`);
  const trouble = sources.map(troubleOf).filter((text) => text !== null);
  writeFields([
    ['to', path],
    ...(extracted === null ? [] : ([['folder', extracted]] as const)),
    [
      'verified',
      `${plural(files, complete ? 'file' : 'matching file')}, ${sizeText(bytes)}${carried.length > 0 ? `: ${carried.join(', ')}` : ''}`,
    ],
    ...(trouble.length === 0 ? [] : ([['trouble', trouble.join('; ')]] as const)),
    ['trust', trustText(retrieved)],
  ]);
}

/** What a person may want to look into, although all has arrived. */
function troubleOf(source: RetrievedModel['sources'][number]): string | null {
  const { name, wrong, unreachable, overtaken, barred } = source;
  const counts = [
    wrong > 0 && `${name} sent ${plural(wrong, 'wrong block')}${barred ? ' and was not asked again' : ''}`,
    unreachable > 0 && `${name} failed ${plural(unreachable, 'time')}`,
    overtaken > 0 && `${name} was late ${plural(overtaken, 'time')}`,
  ];
  return counts.filter((text) => text !== false).join(', ') || null;
}
