import type { ModelDiff } from '@ballast-models/storage-manager';
import type { Command } from 'commander';
import { jsonLines } from '../json-lines.ts';
import { addCommonFlags, addTrustFlags, type CommonFlags, type TrustFlags } from '../options.ts';
import {
  countText,
  paint,
  plural,
  printable,
  sizeText,
  writeFields,
  writeHint,
  writeLine,
  writeLines,
  writeTable,
} from '../output.ts';
import { withSession } from '../session.ts';

interface DiffFlags extends CommonFlags, TrustFlags {
  readonly all?: boolean;
}

type FileRow = ModelDiff['files'][number];
type TensorRow = ModelDiff['tensors'][number];
type Side = NonNullable<TensorRow['left']>;

/** The bytes of these are in both releases. */
const KEPT: readonly (FileRow | TensorRow)['status'][] = ['renamed', 'moved', 'recut', 'same'];

/** Rows of a table without --all. */
const SHOWN = 20;

const AFTER = `
Only manifests, indexes and tensor headers travel, and small tensors where the chunks leave a doubt. Of safetensors and
GGUF files the tensors are compared too.

Changes: moved, the same bytes in another file; renamed, the same bytes under another name; recut, other chunks of what
both publishers give the same SHA-256; unknown, too much would have to be read to tell (more than 256 MiB in all).

Examples:
  ballast diff my-model@1 my-model@2            two versions
  ballast diff my-model my-fine-tune --all      two models, and what they have in common`;

export function addDiff(program: Command): void {
  addTrustFlags(
    addCommonFlags(
      program
        .command('diff')
        .description('show which files, tensors and chunks differ between two releases')
        .argument('<left>', 'the release to start from, a reference as of info')
        .argument('<right>', 'the release to compare with it')
        .option('--all', `list what is the same, too, and more than ${SHOWN} rows`)
        .addHelpText('after', AFTER),
    ),
  ).action(diff);
}

async function diff(left: string, right: string, flags: DiffFlags): Promise<void> {
  await withSession(flags, {}, async ({ storage, progress, call }) => {
    const found = await storage.diffModels(left, right, { ...call, all: flags.all });
    progress.clear();
    if (flags.json) await writeLines(jsonLines(found));
    else print(found, flags.all ?? false);
  });
}

function print({ left, right, counts, chunks, files, tensors, skipped }: ModelDiff, all: boolean): void {
  const name = ({ model, version }: ModelDiff['left']) => paint('bold', printable(`${model}@${version}`));
  writeLine(`${name(left)} → ${name(right)}`);
  const { shared, rightOnly, leftOnly } = chunks;
  const held = shared.bytes + rightOnly.bytes;
  writeFields([
    ['files', countsText(counts.files)],
    ['tensors', countsText(counts.tensors)],
    [
      'chunks',
      `${countText(shared.count)} shared, ${countText(leftOnly.count)} only left, ${countText(rightOnly.count)} only right`,
    ],
    ['to fetch', `${sizeText(rightOnly.bytes)} of ${sizeText(held)} where the left one is stored`],
  ]);
  if (files.length > 0) {
    writeLine();
    writeRows<FileRow>(files, all, [
      { title: 'FILE', text: ({ left, right }) => change(left?.path, right?.path) },
    ]);
  }
  if (tensors.length > 0) {
    writeLine();
    writeRows<TensorRow>(tensors, all, [
      { title: 'TYPE', text: ({ left, right }) => change(left && formText(left), right && formText(right)) },
      { title: 'TENSOR', text: ({ left, right }) => change(left?.name, right?.name) },
      { title: 'FILE', text: ({ left, right }) => change(left?.file, right?.file) },
    ]);
  }
  for (const { side, path, reason } of skipped)
    writeHint(printable(`the tensors of ${path} (${side}) are not compared: ${reason}`));
}

/** What has other bytes comes first; then the largest. */
function writeRows<T extends FileRow | TensorRow>(
  rows: readonly T[],
  all: boolean,
  columns: Parameters<typeof writeTable<T>>[0],
): void {
  const bytes = ({ left, right }: T) => (right ?? left)!.bytes;
  const kept = ({ status }: T) => Number(KEPT.includes(status));
  const sorted = rows.toSorted((a, b) => kept(a) - kept(b) || bytes(b) - bytes(a));
  const shown = all ? sorted : sorted.slice(0, SHOWN);
  writeTable<T>(
    [
      { title: 'CHANGE', text: ({ status }) => status },
      { title: 'SIZE', text: (row) => sizeText(bytes(row)), right: true },
      ...columns,
    ],
    shown,
  );
  if (shown.length < sorted.length)
    writeHint(`and ${plural(sorted.length - shown.length, 'more row')}: add --all`);
}

/** `3 same, 1 changed`; what there is none of is not told. */
function countsText(counts: Readonly<Record<string, number>>): string {
  const told = Object.entries(counts).filter(([, count]) => count > 0);
  return told.map(([status, count]) => `${countText(count)} ${status}`).join(', ') || 'none';
}

/** `BF16 [4096,4096]` */
function formText({ dtype, shape }: Side): string {
  return `${dtype} [${shape.join()}]`;
}

/** What it is, or what it was and has become. */
function change(left: string | null | undefined, right: string | null | undefined): string {
  if (left && right && left !== right) return `${left} → ${right}`;
  return right ?? left ?? '';
}
