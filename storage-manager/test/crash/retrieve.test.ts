/** One retrieve, faulted at each of its calls in turn: nothing half appears, and the next run goes on where it was. */
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canBuildShim, type FaultMode } from '../../src/testing/disk/fs-shim.ts';
import { treeDigests } from '../../src/testing/samples/trees.ts';
import { retrieve, store } from './commands.ts';
import { expectFaulted, Lab, leftovers, type Point } from './lab.ts';
import type { Places } from './machine.ts';
import { atPoints, DEEP, LONG_MS } from './points.ts';

/** As many slots as the machine has, each with the largest chunk of the model. */
const WINDOW_BYTES = 16 * 25_000;

describe.skipIf(!canBuildShim())('retrieve (needs a C compiler)', () => {
  let lab: Lab;
  /** By what stands at the destination when the run begins. */
  let begun: Record<string, Places>;
  let one: Record<string, string>;
  let two: Record<string, string>;
  let total: number;

  beforeAll(async () => {
    lab = await Lab.open();
    one = await treeDigests(lab.path('one'));
    two = await treeDigests(lab.path('two'));
    const replacing = await lab.attempt();
    await lab.using(replacing, (machine) => retrieve(machine, join(replacing.disk, 'out')));
    await lab.using(replacing, (machine) => store(machine, lab.path('two')));
    const cold = await lab.attempt(replacing);
    await rm(join(cold.disk, 'out'), { recursive: true });
    const resumed = await lab.attempt(cold);
    const calls = await lab.count(await lab.attempt(cold), command(resumed), 'kill');
    await lab.run(resumed, command(resumed), { mode: 'kill', at: Math.floor(calls / 2) });
    begun = { cold, resumed, replacing };
    const done = await lab.attempt(cold);
    total = await lab.using(done, async (machine) => (await retrieve(machine, out(done))).bytes);
  });
  afterAll(() => lab.close());

  const out = ({ disk }: Places) => join(disk, 'out');
  const command = (places: Places) => ['retrieve', out(places)];

  test.each<[cases: string, FaultMode, begun: string, points: number]>([
    ['C2', 'kill', 'cold', 10],
    ['C2', 'kill', 'resumed', 4],
    ['C2, C19', 'kill', 'replacing', 8],
    ['C7', 'enospc', 'cold', 2],
    ['C7', 'edquot', 'replacing', 2],
    ['C7', 'eio', 'cold', 2],
    ['C7', 'erofs', 'replacing', 2],
    ['C8', 'sync', 'cold', 3],
    ['C8', 'sync', 'replacing', 3],
    ['C9', 'emfile', 'cold', 2],
  ])(
    '%s: %s at call 1, 2, 3 …, %s: old files or new ones, and the next run goes on',
    async (_cases, mode, name, points) => {
      const from = begun[name] as Places;
      const attempt = await lab.attempt(from);
      const calls = await lab.count(attempt, command(attempt), mode);
      if (DEEP && mode === 'kill' && name === 'cold') expect(calls).toBeGreaterThanOrEqual(500);
      await atPoints(`retrieve ${name}, ${mode}`, calls, points, (at) => faultAt(mode, name, { at, calls }));
    },
    LONG_MS,
  );

  async function faultAt(mode: FaultMode, name: string, point: Point): Promise<void> {
    const places = await lab.attempt(begun[name]);
    const ended = await lab.run(places, command(places), { mode, at: point.at });
    const where = `${name}, ${mode} at call ${point.at}: ${ended.output}`;
    expectFaulted(ended, mode, point, where);
    await expectNothingHalf(out(places), name, where);
    const again = await lab.using(places, (machine) => retrieve(machine, out(places)));
    // What a killed run has written is there. What a disk refused to keep is fetched anew.
    const here = Number(/.*fetched (\d+)/s.exec(ended.output)?.[1] ?? 0);
    if (mode === 'kill') expect(again.fetchedBytes, where).toBeLessThanOrEqual(total - here + WINDOW_BYTES);
    await expectFinished(places, where);
    await rm(dirname(places.disk), { recursive: true });
  }

  /** Under the final name is the whole tree or nothing; where a tree stood, file by file, what was there before or the new one. */
  async function expectNothingHalf(folder: string, name: string, where: string): Promise<void> {
    const there = await treeDigests(folder).catch(() => ({}));
    if (name !== 'replacing') return expect([{}, two], where).toContainEqual(there);
    for (const [path, digest] of Object.entries(there)) {
      if (path.includes('partial') || path === '.ballast-release') continue;
      expect([one[path], two[path]], `${where}: ${path}`).toContain(digest);
    }
  }

  async function expectFinished(places: Places, where: string): Promise<void> {
    const { '.ballast-release': marker, ...there } = await treeDigests(out(places));
    expect(there, where).toEqual(marker === undefined ? two : { ...one, ...two });
    expect(await leftovers(places.disk), where).toEqual([]);
    expect(await readdir(join(places.disk, 'store/tmp')), where).toEqual([]);
  }

  test.each<[FaultMode]>([['short'], ['eintr']])('C10: %s writes, each of them', async (mode) => {
    const places = await lab.attempt(begun.cold);
    const { exit, output, errors } = await lab.run(places, command(places), { mode, at: 1 });
    expect([exit, errors], output).toEqual([0, '']);
    await expectFinished(places, mode);
  });
});
