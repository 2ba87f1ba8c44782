/** One publish, faulted at each of its calls in turn: nothing is lost, and the same command finishes it. */
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canBuildShim, type FaultMode } from '../../src/testing/disk/fs-shim.ts';
import { store } from './commands.ts';
import { expectFaulted, expectWhole, Lab, leftovers, type Point } from './lab.ts';
import { atPoints, DEEP, LONG_MS } from './points.ts';

describe.skipIf(!canBuildShim())('publish (needs a C compiler)', () => {
  let lab: Lab;
  let command: string[];
  beforeAll(async () => {
    lab = await Lab.open();
    command = ['store', lab.path('two')];
  });
  afterAll(() => lab.close());

  test.each<[cases: string, FaultMode, points: number]>([
    ['C1', 'kill', 16],
    ['C7', 'enospc', 3],
    ['C7', 'edquot', 2],
    ['C7', 'eio', 3],
    ['C7', 'erofs', 2],
    ['C8', 'sync', 3],
    ['C9', 'emfile', 2],
  ])(
    '%s: %s at call 1, 2, 3 …: the old version stands, the next run finishes, one record results',
    async (_cases, mode, points) => {
      const calls = await lab.count(await lab.attempt(), command, mode);
      if (DEEP && mode === 'kill') expect(calls).toBeGreaterThanOrEqual(500);
      await atPoints(`publish, ${mode}`, calls, points, (at) => faultAt(mode, { at, calls }));
    },
    LONG_MS,
  );

  async function faultAt(mode: FaultMode, point: Point): Promise<void> {
    const places = await lab.attempt();
    const ended = await lab.run(places, command, { mode, at: point.at });
    const where = `${mode} at call ${point.at}: ${ended.output}`;
    expectFaulted(ended, mode, point, where);
    await lab.using(places, async (machine) => {
      const stored = await store(machine, lab.path('two'));
      expect(stored, where).toMatchObject({ version: '2', healed: 0 });
      await expectWhole(machine, ['1', '2'], where);
      expect(await machine.journal.unfinished(), where).toEqual([]);
    });
    expect(await leftovers(places.disk), where).toEqual([]);
    await rm(dirname(places.disk), { recursive: true });
  }

  test.each<[FaultMode]>([['short'], ['eintr']])('C10: %s writes, each of them', async (mode) => {
    const places = await lab.attempt();
    const { exit, output, errors } = await lab.run(places, command, { mode, at: 1 });
    expect([exit, errors], output).toEqual([0, '']);
    await lab.using(places, (machine) => expectWhole(machine, ['1', '2'], mode));
  });
});
