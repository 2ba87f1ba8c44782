import type { RetrievedModel, StoreName } from '@ballast-models/storage-manager';
import type { Command } from 'commander';
import { addCommonFlags, added, type CommonFlags, storesConfig, storesOption } from '../options.ts';
import { paint, plural, printable, sizeText, writeFields, writeJson, writeLine } from '../output.ts';
import { withSession } from '../session.ts';

interface RetrieveFlags extends CommonFlags {
  readonly extract?: boolean;
  readonly from?: readonly StoreName[];
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly force?: boolean;
  readonly checkFileDigests?: boolean;
}

const EXAMPLES = `
Examples:
  ballast retrieve my-model-v1 ./model                                  a folder
  ballast retrieve my-model-v1@3 ./model.tar                            an archive, the same bytes each time
  ballast retrieve my-model-v1 ./downloaded-model.tar.gz --extract      an archive and, beside it, the folder
  ballast retrieve my-model-v1 ./some --include '*.json' --include tokenizer/     some of its files

A PATTERN without / means files of that name at any depth, one with / the path from the root, one that ends with /
everything below; * ? [a-z] within a name, ** for any folders. --exclude wins. Only these files' chunks travel.`;

export function addRetrieve(program: Command): void {
  addCommonFlags(
    program
      .command('retrieve')
      .alias('pull')
      .description('fetch a model, every byte verified before it is written')
      .argument('<ref>', 'model, model@version, model@channel or model@sha256:<manifest digest>')
      .argument('<dest>', 'folder to make; an archive where the name ends .tar, .tar.gz or .tgz')
      .option('--extract', 'with an archive: also leave the folder beside it')
      .addOption(storesOption('--from <names>', 'stores to ask, in this order'))
      .option('--include <pattern>', 'fetch only files that match; again for more', added)
      .option('--exclude <pattern>', 'leave out files that match; again for more', added)
      .option('--force', 'replace an archive, or in a folder the files that the model names; others stay')
      .option('--check-file-digests', "also prove the publisher's SHA-256 of each file")
      .addHelpText('after', EXAMPLES),
  ).action(retrieve);
}

async function retrieve(ref: string, dest: string, flags: RetrieveFlags): Promise<void> {
  await withSession(flags, storesConfig(flags.from), async ({ storage, progress, call }) => {
    const { extract, include, exclude, force, checkFileDigests } = flags;
    const wanted = { extract, include, exclude, force, checkFileDigests };
    const retrieved = await storage.retrieveModel(ref, dest, { ...wanted, ...call });
    progress.clear();
    if (flags.json) writeJson(retrieved);
    else print(retrieved);
  });
}

function print(retrieved: RetrievedModel): void {
  const { model, version, path, extracted, files, bytes, reusedBytes, sources, trust } = retrieved;
  writeLine(`${paint('green', 'retrieved')} ${paint('bold', printable(`${model}@${version}`))}`);
  const travelled = sources.filter((source) => source.bytes > 0);
  const carried = travelled.map((source) => `${sizeText(source.bytes)} from ${source.name}`);
  if (reusedBytes > 0) carried.push(`${sizeText(reusedBytes)} was here already`);
  writeFields([
    ['to', path],
    ...(extracted === null ? [] : ([['folder', extracted]] as const)),
    [
      'verified',
      `${plural(files, 'file')}, ${sizeText(bytes)}${carried.length > 0 ? `: ${carried.join(', ')}` : ''}`,
    ],
    ['trust', trust === 'chain' ? 'the configured chain' : 'the private chain of this machine'],
  ]);
}
