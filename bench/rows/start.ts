import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from '../measure.ts';
import { type Context, figureRow, type Row, ratioRow, voidRow } from '../results.ts';
import { fetchBack, rounds, storeAnew } from '../runner.ts';
import { ballast, restic } from '../tools.ts';

const STEPS = { list: 'list', store: 'store of one byte', retrieve: 'retrieve of one byte' };

/** What a command costs before it moves a byte. */
export async function startRows({ folder, rounds: count }: Context): Promise<Row[]> {
  const source = join(folder, 'tiny');
  await mkdir(source, { recursive: true });
  await writeFile(join(source, 'a.txt'), 'a');
  const [ours, peer] = [ballast(join(folder, 'start')), restic(join(folder, 'start'))];
  const taken = await rounds(count * 3, {
    ballast: async () => ({
      store: await storeAnew(ours, source),
      list: await measure(ours.list()),
      retrieve: await fetchBack(ours, source, join(folder, 'tiny-out')),
    }),
    restic: async () => ({ store: await storeAnew(peer, source) }),
  });
  return [
    ...Object.entries(STEPS).map(([step, name]) =>
      ratioRow(
        `start: ${name} / restic backup of one byte`,
        taken('ballast', step),
        taken('restic', 'store'),
        null,
        'restic',
      ),
    ),
    ...Object.entries(STEPS).map(([step, name]) => {
      const samples = taken('ballast', step);
      if (typeof samples === 'string') return voidRow(`CPU: ${name}`, samples);
      const seconds = samples.map(({ cpuSeconds }) => cpuSeconds);
      return figureRow(`CPU: ${name}`, seconds, (value) => `${value.toFixed(2)} CPU-s`, null);
    }),
  ];
}
