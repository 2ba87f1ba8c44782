import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { plainModel, writeModel } from '../models.ts';
import { type Context, figureRow, peaks, type Row, voidRow } from '../results.ts';
import { fetchBack, rounds, storeAnew } from '../runner.ts';
import { ballast } from '../tools.ts';

const TIMES = 4;

/** A model four times as large must not take more memory. */
export async function memoryRows({ folder, bytes }: Context): Promise<Row[]> {
  const source = join(folder, 'large');
  const size = await writeModel(source, plainModel(TIMES * bytes));
  const tool = ballast(join(folder, 'memory'));
  const taken = await rounds(1, {
    ballast: async () => ({
      publish: await storeAnew(tool, source),
      fetch: await fetchBack(tool, source, join(folder, 'large-out')),
    }),
  });
  for (const made of [source, join(folder, 'memory')]) await rm(made, { recursive: true, force: true });
  return ['publish', 'fetch'].map((step) => {
    const name = `memory: ${step} of ${(size / 1e9).toFixed(size < 1e9 ? 2 : 0)} GB`;
    const samples = taken('ballast', step);
    if (typeof samples === 'string') return voidRow(name, samples, 192);
    const rates = samples.map(({ seconds }) => `${(size / 1e6 / seconds).toFixed(0)} MB/s`);
    return figureRow(name, peaks(samples), (value) => `${value.toFixed(0)} MiB`, 192, false, rates.join());
  });
}
