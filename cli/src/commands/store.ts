import type { ChunkerName, RecordMode, StoreName } from '@ballast-models/storage-manager';
import { type Command, Option } from 'commander';
import {
  addCommonFlags,
  added,
  addKeyFlags,
  addRequireFlag,
  type CommonFlags,
  type KeyFlags,
  keyConfig,
  storesConfig,
  storesOption,
  type TrustFlags,
} from '../options.ts';
import { writeJson } from '../output.ts';
import { askYes } from '../prompt.ts';
import { withSession } from '../session.ts';
import { costQuestion, requireConsent } from '../store/cost.ts';
import { standardInput } from '../store/stdin.ts';
import { printStored } from '../store/stored.ts';

interface StoreFlags extends CommonFlags, KeyFlags, TrustFlags {
  readonly unpack?: boolean;
  readonly stdinFilename?: string;
  readonly allowMissingShards?: boolean;
  readonly name?: string;
  readonly description?: string;
  readonly license?: string;
  readonly tag?: readonly string[];
  readonly base?: string;
  readonly chunker?: ChunkerName;
  readonly channel?: string;
  readonly store?: readonly StoreName[];
  readonly record?: RecordMode;
  readonly readBack?: 'sample' | 'full';
  readonly fileDigests: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

const MORE = `
An archive (.tar, .tar.gz) is stored as one file unless --unpack is given. Unpacked are files alone, their paths as they
stand in it, a common top folder too; links, devices and names that differ only by case are refused before anything is
written. hf-cache: is found by HF_HUB_CACHE, HF_HOME and XDG_CACHE_HOME, else in ~/.cache/huggingface.

Examples:
  ballast store ./my-model my-model-v1 --name "My AI Model v1" --description "A fine-tuned language model"
  ballast store ./weights.safetensors acme/llama@1.0.0 --channel stable
  ballast store ./my-model.tar.gz my-model --unpack
  tar -c -C ./my-model . | ballast store - my-model --unpack
  ballast store hf-cache:openai-community/gpt2 gpt2
  ballast store ./my-model my-model-v1            the same again: repairs what is stored`;

export function addStore(program: Command): void {
  const command = program
    .command('store')
    .alias('push')
    .description('publish a file or folder as a new version of a model')
    .argument('<path>', 'file or folder; - for stdin; hf-cache:ORG/NAME[@REVISION]')
    .argument('<ref>', 'model (the next whole number, and latest moves to it) or model@version')
    .option('--unpack', 'store what the tar or tar.gz holds')
    .option('--stdin-filename <name>', 'path in the model of what stdin brings')
    .option('--name <text>', 'name for people')
    .option('--description <text>', 'one line about it')
    .option('--license <spdx>', 'SPDX expression, such as Apache-2.0')
    .option('--tag <text>', 'word to find it by; again for more', added)
    .option('--base <ref>', 'the release that it was made from')
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
      new Option(
        '--record <mode>',
        'what the chain keeps: every digest, in its log or in code, or their root',
      ).choices(['logged', 'root', 'code']),
    )
    .addOption(
      new Option('--read-back <extent>', 'how many deduplicated chunks to read back').choices([
        'sample',
        'full',
      ]),
    )
    .option('--no-file-digests', "leave out each file's own SHA-256")
    .option('--allow-missing-shards', 'store it although an *.index.json names files that are not there')
    .option('-y, --yes', 'agree to the cost on a chain')
    .option('--dry-run', 'cut, hash and show the cost; write and send nothing')
    .addHelpText('after', MORE);
  addRequireFlag(addCommonFlags(addKeyFlags(command))).action(store);
}

async function store(path: string, ref: string, flags: StoreFlags): Promise<void> {
  await withSession(
    flags,
    { ...storesConfig(flags.store), ...keyConfig(flags) },
    async ({ engine, storage, settings, progress, call }) => {
      const {
        json,
        quiet,
        config,
        keystore,
        passwordFile,
        yes = false,
        store,
        tag,
        stdinFilename,
        ...options
      } = flags;
      if (settings.chain !== null && !flags.dryRun) requireConsent(engine, yes);
      const source = path === '-' ? standardInput(engine) : path;
      const stored = await storage.storeModel(source, ref, {
        ...options,
        tags: tag,
        filename: stdinFilename,
        ...call,
        confirm: async (quote) => {
          progress.note('info', costQuestion(quote));
          return yes || askYes('Publish?', call.signal);
        },
      });
      progress.clear();
      if (json) writeJson(stored);
      else printStored(stored, ref);
    },
    { signs: true },
  );
}
