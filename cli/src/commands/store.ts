import type { ChunkerName, RecordMode, StoredModel, StoreName } from '@ballast-models/storage-manager';
import { type Command, Option } from 'commander';
import { costQuestion, requireConsent } from '../cost.ts';
import { programName, quote } from '../invocation.ts';
import { addCommonFlags, type CommonFlags, storesConfig, storesOption } from '../options.ts';
import {
  countText,
  paint,
  plural,
  printable,
  sizeText,
  writeFields,
  writeHint,
  writeJson,
  writeLine,
} from '../output.ts';
import { askYes } from '../prompt.ts';
import { withSession } from '../session.ts';

interface StoreFlags extends CommonFlags {
  readonly name?: string;
  readonly description?: string;
  readonly license?: string;
  readonly chunker?: ChunkerName;
  readonly channel?: string;
  readonly store?: readonly StoreName[];
  readonly record?: RecordMode;
  readonly readBack?: 'sample' | 'full';
  readonly fileDigests: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

const EXAMPLES = `
Examples:
  ballast store ./my-model my-model-v1 --name "My AI Model v1" --description "A fine-tuned language model"
  ballast store ./weights.safetensors acme/llama@1.0.0 --channel stable
  ballast store ./my-model my-model-v1            the same again: repairs what is stored`;

export function addStore(program: Command): void {
  addCommonFlags(
    program
      .command('store')
      .alias('push')
      .description('publish a file or folder as a new version of a model')
      .argument('<path>', 'file or folder that holds the model')
      .argument('<ref>', 'model (the next whole number, and latest moves to it) or model@version')
      .option('--name <text>', 'name for people')
      .option('--description <text>', 'one line about it')
      .option('--license <spdx>', 'SPDX expression, such as Apache-2.0')
      .addOption(
        new Option('--chunker <name>', 'cut every file this way (default: by its kind)').choices([
          'tensor-1m',
          'cdc-1m',
          'fixed-1m',
        ]),
      )
      .option('--channel <name>', 'move this channel to the version too')
      .addOption(storesOption('--store <names>', 'stores that must hold it, such as local,kubo'))
      .addOption(
        new Option('--record <mode>', 'what the chain keeps: every digest, or their root alone').choices([
          'logged',
          'root',
        ]),
      )
      .addOption(
        new Option('--read-back <extent>', 'how many deduplicated chunks to read back').choices([
          'sample',
          'full',
        ]),
      )
      .option('--no-file-digests', "leave out each file's own SHA-256")
      .option('-y, --yes', 'agree to the cost on a chain')
      .option('--dry-run', 'cut, hash and show the cost; write and send nothing')
      .addHelpText('after', EXAMPLES),
  ).action(store);
}

async function store(path: string, ref: string, flags: StoreFlags): Promise<void> {
  await withSession(
    flags,
    storesConfig(flags.store),
    async ({ engine, storage, settings, progress, call }) => {
      const { json, quiet, config, yes = false, store, ...options } = flags;
      if (settings.chain !== null && !flags.dryRun) requireConsent(engine, yes);
      const stored = await storage.storeModel(path, ref, {
        ...options,
        ...call,
        confirm: async (quote) => {
          progress.note('info', costQuestion(quote));
          return yes || askYes('Publish?', call.signal);
        },
      });
      progress.clear();
      if (json) writeJson(stored);
      else print(stored, ref);
    },
  );
}

function print(stored: StoredModel, ref: string): void {
  const { model, version, published, bytes, newBytes, newChunks, quote: cost } = stored;
  const already = published && stored.transactions === 0;
  const verb = !published ? 'would store' : already ? 'stored already' : 'stored';
  writeLine(`${paint('green', verb)} ${paint('bold', printable(`${model}@${version}`))}`);
  const saved = bytes === 0 ? 0 : Math.max(0, Math.round(100 - (newBytes * 100) / bytes));
  writeFields([
    ['content', `${plural(stored.files, 'file')}, ${plural(stored.chunks, 'chunk')}, ${sizeText(bytes)}`],
    already
      ? ['repaired', repairText(stored)]
      : ['new', `${plural(newChunks, 'chunk')}, ${sizeText(newBytes)} (${saved} % was stored before)`],
    ['stores', stored.stores.join(', ')],
    ...(stored.healed > 0 && !already ? ([['repaired', plural(stored.healed, 'block')]] as const) : []),
    [
      'chain',
      published
        ? `${plural(stored.transactions, 'transaction')}, ${countText(BigInt(stored.gasUsed))} gas`
        : cost.transactions === 0
          ? 'nothing to send: it is published already'
          : `${plural(cost.transactions, 'transaction')}, about ${countText(BigInt(cost.gas))} gas`,
    ],
    ['manifest', stored.manifest],
    ...(stored.content === null || !stored.stores.includes('kubo')
      ? []
      : ([['ipfs', `/ipfs/${stored.content}`]] as const)),
  ]);
  if (published) writeHint(`fetch it: ${programName()} retrieve ${quote(ref)} ./copy`);
}

/** What a release that was published before had lost. */
function repairText({ newChunks, newBytes, healed }: StoredModel): string {
  const put = newChunks > 0 ? [`${plural(newChunks, 'missing chunk')} (${sizeText(newBytes)}) put back`] : [];
  const replaced = healed > 0 ? [`${plural(healed, 'corrupt block')} replaced`] : [];
  return [...put, ...replaced].join(', ') || 'no chunk was missing';
}
