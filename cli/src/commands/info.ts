import type { ModelInfo } from '@ballast-models/storage-manager';
import type { Command } from 'commander';
import { addCommonFlags, type CommonFlags } from '../options.ts';
import {
  countText,
  paint,
  plural,
  printable,
  sizeText,
  timeText,
  writeFields,
  writeJson,
  writeLine,
  writeTable,
} from '../output.ts';
import { withSession } from '../session.ts';

interface InfoFlags extends CommonFlags {
  readonly chunks?: boolean;
}

type Chunk = NonNullable<ModelInfo['chunkList']>[number];

export function addInfo(program: Command): void {
  addCommonFlags(
    program
      .command('info')
      .alias('show')
      .description('show what registry and manifest say of a release')
      .argument('<ref>', 'model, model@version, model@channel or model@sha256:<manifest digest>')
      .option('--chunks', 'list every chunk'),
  ).action(info);
}

async function info(ref: string, flags: InfoFlags): Promise<void> {
  await withSession(flags, {}, async ({ storage, call }) => {
    const shown = await storage.modelInfo(ref, { chunks: flags.chunks, signal: call.signal });
    if (flags.json) writeJson(shown);
    else print(shown);
  });
}

function print(shown: ModelInfo): void {
  const { model, version, status, modelActive, base, meta } = shown;
  writeLine(paint('bold', printable(`${model}@${version}`)));
  const optional = (name: string, value: string | null) => (value ? ([[name, value]] as const) : []);
  writeFields([
    ...optional('name', meta.name),
    ...optional('description', meta.description),
    ...optional('license', meta.license),
    ...optional('tags', meta.tags.join(', ')),
    ...optional('made from', base && `${base.model}@${base.version}, manifest ${base.manifest}`),
    ['status', modelActive ? status : `${status}; the model is deactivated`],
    ['published', `${timeText(shown.publishedAt)} by ${shown.publisher}`],
    [
      'content',
      `${plural(shown.files.length, 'file')}, ${plural(shown.chunks, 'chunk')}, ${sizeText(shown.bytes)}`,
    ],
    ['manifest', shown.manifest],
    ['chunk root', shown.chunkRoot],
    ...optional('ipfs', shown.content && `/ipfs/${shown.content}`),
  ]);
  writeLine();
  writeTable<ModelInfo['files'][number]>(
    [
      { title: 'FILE', text: ({ path }) => path },
      { title: 'BYTES', text: ({ size }) => countText(size), right: true },
      { title: 'SHA-256', text: ({ sha256 }) => sha256 ?? '-' },
    ],
    shown.files,
  );
  if (shown.chunkList === undefined) return;
  writeLine();
  writeTable<Chunk>(
    [
      { title: 'CHUNK', text: ({ index }) => String(index), right: true },
      { title: 'BYTES', text: ({ size }) => countText(size), right: true },
      { title: 'FILE', text: ({ file }) => file },
      { title: 'FROM BYTE', text: ({ offset }) => String(offset), right: true },
      { title: 'CID', text: ({ cid }) => cid },
    ],
    shown.chunkList,
  );
}
