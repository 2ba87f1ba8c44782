import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from '../measure.ts';
import { type Context, cpuPerGigabyte, figureRow, type Row, ratioRow } from '../results.ts';
import { fetchBack, rounds, storeAnew } from '../runner.ts';
import { ballast, restic } from '../tools.ts';

/** What a command costs before it moves a byte. */
export async function startRows({ folder, rounds: count }: Context): Promise<Row[]> {
  const source = join(folder, 'tiny');
  await mkdir(source, { recursive: true });
  await writeFile(join(source, 'a.txt'), 'a');
  const [ours, peer] = [ballast(join(folder, 'start')), restic(join(folder, 'start'))];
  await storeAnew(ours, source);
  const list = ours.store(source);
  const taken = await rounds(count * 3, {
    list: () => measure({ ...list, argv: [list.argv[0], list.argv[1]!, 'list'] }),
    store: () => storeAnew(ours, source),
    fetch: () => fetchBack(ours, source, join(folder, 'tiny-out')),
    restic: () => storeAnew(peer, source),
  });
  const cpu = (name: string, samples: (typeof taken)['list']): Row[] =>
    typeof samples === 'string'
      ? []
      : [
          figureRow(
            `CPU: ${name}`,
            cpuPerGigabyte(samples, 1e9),
            (value) => `${value.toFixed(2)} CPU-s`,
            null,
          ),
        ];
  return [
    ratioRow('start: list / restic backup of one byte', taken.list, taken.restic, null, 'restic'),
    ratioRow('start: store of one byte / restic backup', taken.store, taken.restic, null, 'restic'),
    ratioRow('start: retrieve of one byte / restic backup', taken.fetch, taken.restic, null, 'restic'),
    ...cpu('list', taken.list),
    ...cpu('store of one byte', taken.store),
    ...cpu('retrieve of one byte', taken.fetch),
  ];
}
