import type { ModelChunk, ModelInfo } from '@ballast-models/storage-manager';
import type { Command } from 'commander';
import { addCommonFlags, addTrustFlags, type CommonFlags, type TrustFlags } from '../options.ts';
import {
  countText,
  jsonText,
  paint,
  plural,
  printable,
  sizeText,
  tableLines,
  timeText,
  writeFields,
  writeJson,
  writeLine,
  writeLines,
  writeTable,
} from '../output.ts';
import { withSession } from '../session.ts';
import { trustText } from '../trust.ts';

interface InfoFlags extends CommonFlags, TrustFlags {
  readonly chunks?: boolean;
}

export function addInfo(program: Command): void {
  addTrustFlags(
    addCommonFlags(
      program
        .command('info')
        .alias('show')
        .description('show what registry and manifest say of a release')
        .argument('<ref>', 'model, model@version, model@channel or model@sha256:<manifest digest>')
        .option('--chunks', 'list every chunk'),
    ),
  ).action(info);
}

async function info(ref: string, flags: InfoFlags): Promise<void> {
  await withSession(flags, {}, async ({ storage, call: { signal } }) => {
    const shown = await storage.modelInfo(ref, { signal });
    if (!flags.chunks) {
      if (flags.json) writeJson(shown);
      else print(shown);
      return;
    }
    // Of the version that is shown, should its channel move meanwhile.
    const chunks = await storage.modelChunks(`${shown.model}@${shown.version}`, { signal });
    if (!flags.json) print(shown);
    await writeLines(flags.json ? documentLines({ ...shown, chunkList: chunks }) : tableOf(chunks));
  });
}

/** What `--chunks --json` prints. */
interface InfoDocument extends ModelInfo {
  /** Every place of every chunk, in order. */
  readonly chunkList: Iterable<ModelChunk>;
}

/** As JSON, a chunk at a time: a release may have more than a string can hold. */
function* documentLines({ chunkList, ...shown }: InfoDocument): Generator<string> {
  yield `${jsonText(shown).slice(0, -'\n}'.length)},`;
  let before = '  "chunkList": [';
  for (const chunk of chunkList) {
    yield before;
    before = `${jsonText(chunk).replace(/^/gm, '    ')},`;
  }
  yield `${before.slice(0, -1)}\n  ]\n}`;
}

function* tableOf(chunks: Iterable<ModelChunk>): Generator<string> {
  yield '';
  yield* tableLines<ModelChunk>(
    [
      { title: 'CHUNK', text: ({ index }) => String(index), right: true },
      { title: 'BYTES', text: ({ size }) => countText(size), right: true },
      { title: 'FILE', text: ({ file }) => file },
      { title: 'FROM BYTE', text: ({ offset }) => String(offset), right: true },
      { title: 'CID', text: ({ cid }) => cid },
    ],
    chunks,
  );
}

function statusText({ status, reason, modelActive }: ModelInfo): string {
  const why = reason === null || reason === 'none' ? '' : ` (${reason})`;
  return `${status ?? 'not known here'}${why}${modelActive === false ? '; the model is deactivated' : ''}`;
}

/** What the chain holds of the digests. */
function recordText({ record, segments }: ModelInfo): string | null {
  if (record === null || segments === null) return null;
  if (record === 'root') return 'the chunk root alone';
  return record === 'logged'
    ? `every digest, in the log: ${plural(segments, 'segment')}`
    : `every digest, in code: ${plural(segments, 'page')}`;
}

function print(shown: ModelInfo): void {
  const { model, version, base, baseRelease, meta, homeChain, successor } = shown;
  writeLine(paint('bold', printable(`${model}@${version}`)));
  const optional = (name: string, value: string | null) => (value ? ([[name, value]] as const) : []);
  writeFields([
    ...optional('name', meta.name),
    ...optional('description', meta.description),
    ...optional('license', meta.license),
    ...optional('tags', meta.tags.join(', ')),
    ...optional('made from', base && `${base.model}@${base.version}, manifest ${base.manifest}`),
    ...optional('base on chain', baseRelease),
    ['status', statusText(shown)],
    ...optional(
      'home',
      homeChain === null ? null : `chain ${homeChain} decides about it: this registry is a mirror`,
    ),
    ...optional('published', shown.publishedAt && `${timeText(shown.publishedAt)} by ${shown.publisher}`),
    [
      'content',
      `${plural(shown.files.length, 'file')}, ${plural(shown.chunks, 'chunk')}, ${sizeText(shown.bytes)}`,
    ],
    ['manifest', shown.manifest],
    ['by digest', `${model}@sha256:${shown.digest}`],
    ['chunk root', shown.chunkRoot],
    ...optional('on chain', recordText(shown)),
    ['trust', trustText(shown)],
    ...optional('successor', successor && `${successor}, announced by the administrators; not in use`),
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
}
