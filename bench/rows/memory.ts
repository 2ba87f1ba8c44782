import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from '../measure.ts';
import { plainModel, writeModel } from '../models.ts';
import { type Context, figureRow, peaks, type Row } from '../results.ts';
import { fetchBack, settle } from '../runner.ts';
import { ballast } from '../tools.ts';

const TIMES = 4;

/** A model four times as large must not take more memory. */
export async function memoryRows({ folder, bytes }: Context): Promise<Row[]> {
  const source = join(folder, 'large');
  const size = await writeModel(source, plainModel(TIMES * bytes));
  const tool = ballast(join(folder, 'memory'));
  await tool.fresh();
  await settle();
  const store = await measure(tool.store(source));
  const fetch = await fetchBack(tool, source, join(folder, 'large-out'));
  for (const made of [source, join(folder, 'memory')]) await rm(made, { recursive: true, force: true });
  const text = (value: number) => `${value.toFixed(0)} MiB`;
  const rate = ({ seconds }: { seconds: number }) => `${(size / 1e6 / seconds).toFixed(0)} MB/s`;
  const name = `${(size / 1e9).toFixed(size < 1e9 ? 2 : 0)} GB`;
  return [
    figureRow(`memory: publish of ${name}`, peaks([store]), text, 192, false, rate(store)),
    figureRow(`memory: fetch of ${name}`, peaks([fetch]), text, 192, false, rate(fetch)),
  ];
}
