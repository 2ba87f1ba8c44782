import { hash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from '../measure.ts';
import { fixedPieces, floorBytes, variants, writeModel } from '../models.ts';
import { type Context, figureRow, type Row, voidRow } from '../results.ts';
import { fetchBack, reason } from '../runner.ts';
import { ballast, borg, bytesBelow, casync, restic, type Tool } from '../tools.ts';

const TARGET = 1.01;
/** Seven variants: enough for the shapes of real tensors, and not much to write. */
const MOST_BYTES = 200_000_000;

/** Bytes that each tool keeps for a model and its near relatives, over the fewest that hold them all. */
export async function dedupeRows({ folder, bytes }: Context): Promise<Row[]> {
  const all = variants(Math.min(bytes, MOST_BYTES));
  const trees: string[] = [];
  for (const [place, { model }] of all.entries()) {
    const tree = join(folder, `variant-${place}`);
    await writeModel(tree, model);
    trees.push(tree);
  }
  const floor = floorBytes(all);
  const beside = `floor ${(floor / 1e6).toFixed(0)} MB`;
  const row = (name: string, stored: number, target: number | null) =>
    figureRow(
      `bytes stored for ${all.length} variants: ${name}`,
      [stored / floor],
      (r) => r.toFixed(4),
      target,
      false,
      beside,
    );
  const rows: Row[] = [];
  for (const tool of [ballast, restic, borg, casync].map((make) => make(join(folder, 'dedupe')))) {
    const target = tool.name === 'ballast' ? TARGET : null;
    try {
      rows.push(row(tool.name, await storeAll(tool, trees, join(folder, 'variant-out')), target));
    } catch (error) {
      rows.push(voidRow(`bytes stored for ${all.length} variants: ${tool.name}`, reason(error), target));
    }
  }
  const files = (
    await Promise.all(trees.map(async (tree) => (await readdir(tree)).map((name) => join(tree, name))))
  ).flat();
  rows.push(
    row('fixed 1 MiB pieces', await fixedPieces(files, 1 << 20, (piece) => hash('sha256', piece)), null),
  );
  for (const made of [...trees, join(folder, 'dedupe')]) await rm(made, { recursive: true, force: true });
  return rows;
}

/**
 * Each variant as the next version of the same model; each must come back as it was, at once and when all are there.
 * @returns bytes kept in the end
 */
async function storeAll(tool: Tool, trees: readonly string[], out: string): Promise<number> {
  if (tool.version === null) throw new Error(`${tool.name} is not installed`);
  await tool.fresh();
  for (const tree of trees) {
    await measure(tool.store(tree));
    await fetchBack(tool, tree, out);
  }
  for (const [at, tree] of trees.entries()) await fetchBack(tool, tree, out, at + 1);
  console.error(`${tool.name}: ${trees.length} variants came back as they were`);
  return bytesBelow(tool.repository);
}
