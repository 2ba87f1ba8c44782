/** What removes or replaces, killed at each of its calls in turn: nothing that is needed is lost, and the next run finishes. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findState, resetState } from '../../src/config/reset.ts';
import { sweepWorkspaces } from '../../src/inputs/workspace.ts';
import { Layout } from '../../src/stores/disk/layout.ts';
import { readPackTable } from '../../src/stores/disk/pack-file.ts';
import { canBuildShim } from '../../src/testing/disk/fs-shim.ts';
import { flipBlock } from '../stores/disk-damage.ts';
import { store } from './commands.ts';
import { expectFaulted, expectWhole, Lab, leftovers } from './lab.ts';
import type { Places } from './machine.ts';
import { atPoints, DEEP, LONG_MS } from './points.ts';

/** That a repair replaces, each by some 25 calls. */
const BLOCKS = 24;

describe.skipIf(!canBuildShim())('cleaning up (needs a C compiler)', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.open();
  });
  afterAll(() => lab.close());

  /** @param after what must hold of a copy of `from` on which the command was killed */
  async function killAt(
    name: string,
    from: Places,
    commandIn: (places: Places) => readonly string[],
    points: number,
    after: (places: Places, where: string) => Promise<void>,
  ): Promise<void> {
    const attempt = await lab.attempt(from);
    const calls = await lab.count(attempt, commandIn(attempt), 'kill');
    await atPoints(name, calls, points, async (at) => {
      const places = await lab.attempt(from);
      const ended = await lab.run(places, commandIn(places), { mode: 'kill', at });
      const where = `${name}, killed at call ${at}: ${ended.output}`;
      expectFaulted(ended, 'kill', { at, calls }, where);
      await after(places, where);
      expect(await leftovers(places.disk), where).toEqual([]);
      await rm(dirname(places.disk), { recursive: true });
    });
  }

  test(
    'C3: a repair, which stores again what is damaged',
    async () => {
      const from = await lab.attempt();
      const layout = new Layout(join(from.disk, 'store'));
      const before = await layout.packNumbers();
      await lab.using(from, (machine) => store(machine, lab.path('two')));
      // Of what the second version has and the first one has not.
      const later = (await layout.packNumbers()).filter((each) => !before.includes(each));
      const tables = await Promise.all(later.map((number) => readPackTable(layout, number)));
      for (const { digest } of tables.flat().slice(0, BLOCKS)) await flipBlock(layout.folder, digest);
      const command = () => ['store', lab.path('two')];
      await killAt('repair', from, command, 5, async (places, where) => {
        await lab.using(places, async (machine) => {
          const whole = expectWhole(machine, ['1', '2'], where);
          const repaired = await whole.then(
            () => true,
            () => false,
          );
          const stored = await store(machine, lab.path('two'));
          expect(stored, where).toMatchObject({ version: '2', transactions: 0 });
          expect(stored.healed === 0, where).toBe(repaired);
          await expectWhole(machine, ['1', '2'], where);
        });
      });
    },
    LONG_MS,
  );

  test(
    'C3: a store again over packs that have lost both of their tables',
    async () => {
      const from = await lab.attempt();
      const layout = new Layout(join(from.disk, 'store'));
      for (const number of await layout.packNumbers())
        for (const path of [layout.pack(number), layout.spareTable(number)])
          await writeFile(path, 'x'.repeat(9_000));
      await killAt(
        'tables',
        from,
        () => ['store', lab.path('one')],
        5,
        async (places, where) => {
          await lab.using(places, async (machine) => {
            expect(await store(machine, lab.path('one')), where).toMatchObject({
              version: '1',
              transactions: 0,
            });
            await expectWhole(machine, ['1'], where);
          });
        },
      );
    },
    LONG_MS,
  );

  test(
    'C3: a reset',
    async () => {
      const from = await lab.attempt();
      await mkdir(join(from.disk, 'chain'));
      for (const name of ['journal', 'journal.begun', 'lock'])
        await writeFile(join(from.disk, 'chain', name), '');
      for (let index = 0; index < (DEEP ? 500 : 3); index += 1)
        await writeFile(join(from.disk, `store/roots/${index}`), '');
      await killAt(
        'reset',
        from,
        () => ['reset'],
        5,
        async (places, where) => {
          await resetState(places.disk);
          expect(await findState(places.disk), where).toEqual([]);
          expect(await readdir(places.disk), where).toEqual(
            expect.arrayContaining(['journal.sqlite', 'seen.sqlite']),
          );
          await lab.using({ ...places, chain: `${places.chain}-new` }, async (machine) => {
            expect(await store(machine, lab.path('one')), where).toMatchObject({ version: '1' });
            await expectWhole(machine, ['1'], where);
          });
        },
      );
    },
    LONG_MS,
  );

  test(
    'C3: a sweep of what killed runs have unpacked',
    async () => {
      const from = await lab.attempt();
      const workspaces = (places: Places) => join(places.disk, 'workspaces');
      for (let index = 0; index < (DEEP ? 40 : 3); index += 1) {
        const dead = join(workspaces(from), crypto.randomUUID());
        await mkdir(join(dead, 'tree/sub'), { recursive: true });
        for (const name of ['tree/a', 'tree/sub/b', 'archive']) await writeFile(join(dead, name), 'x');
      }
      await mkdir(join(workspaces(from), 'not-ours'));
      await killAt(
        'sweep',
        from,
        (places) => ['sweep', workspaces(places)],
        4,
        async (places, where) => {
          await sweepWorkspaces(workspaces(places));
          const names = await readdir(workspaces(places));
          // A lock whose folder is gone has no byte, and may be another's who is about to make his.
          expect(
            names.filter((name) => !name.endsWith('.lock')),
            where,
          ).toEqual(['not-ours']);
        },
      );
    },
    LONG_MS,
  );
});
