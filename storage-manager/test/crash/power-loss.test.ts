/** The power fails at one of the calls: what was acknowledged is on the disk, whole, and the next run goes on. */
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEntries, readGenesis } from '../../src/registries/embedded/journal.ts';
import { canBuildShim } from '../../src/testing/disk/fs-shim.ts';
import { canMountImage, DiskImage } from '../../src/testing/disk/image.ts';
import { treeDigests } from '../../src/testing/samples/trees.ts';
import { MODEL, retrieve, store } from './commands.ts';
import { expectWhole, Lab, leftovers, PROGRAM } from './lab.ts';
import type { Places } from './machine.ts';
import { atPoints, LONG_MS } from './points.ts';

describe.skipIf(!canBuildShim() || !canMountImage())('C5: a power cut (needs root and a C compiler)', () => {
  let lab: Lab;
  let disk: DiskImage;
  let attempts = 0;
  beforeAll(async () => {
    lab = await Lab.open();
    disk = await DiskImage.make(lab.folder, 48);
  });
  afterAll(async () => {
    await disk.close();
    await lab.close();
  });

  /** Lets the power fail at some calls of a command, each time in a state of its own, and asks what the disk then shows. */
  async function cut(
    name: string,
    from: Places,
    commandIn: (places: Places) => readonly string[],
    points: number,
    after: (found: Places, output: string, where: string) => Promise<void>,
  ): Promise<void> {
    const attempt = await lab.attempt(from);
    const calls = await lab.count(attempt, commandIn(attempt), 'stop');
    let last: Promise<unknown> = Promise.resolve();
    await atPoints(`power cut, ${name}`, calls, points, (at) => {
      // One after the other: they share the disk.
      const mine = last.then(() => cutAt(at));
      last = mine.catch(() => {});
      return mine;
    });

    async function cutAt(at: number): Promise<void> {
      const folder = `attempt-${++attempts}`;
      const { chain } = await lab.attempt(from);
      const places = { disk: join(disk.path, folder), chain };
      await cp(from.disk, places.disk, { recursive: true });
      disk.sync();
      const program = [PROGRAM, places.disk, chain, ...commandIn(places)];
      const { output } = await lab.shim.stopAt(places.disk, program, at, () => disk.cutPower());
      await disk.restart();
      await after(places, output, `${name}, cut at call ${at}: ${output}`);
      await rm(places.disk, { recursive: true });
    }
  }

  test(
    'during a publish: no record points to bytes that are lost',
    async () => {
      const command = () => ['store', lab.path('two')];
      await cut('publish', lab.template, command, 5, async (found, _output, where) => {
        await lab.using(found, async (machine) => {
          // Whatever the chain says by now.
          const history = await Array.fromAsync(machine.registry.history(MODEL, {}));
          await expectWhole(
            machine,
            history.map(({ version }) => version),
            where,
          );
          expect(await store(machine, lab.path('two')), where).toMatchObject({ version: '2', healed: 0 });
          await expectWhole(machine, ['1', '2'], where);
        });
        expect(await leftovers(found.disk), where).toEqual([]);
      });
    },
    LONG_MS,
  );

  test(
    'during a retrieve: no file that has its name is short, or of zeros',
    async () => {
      const from = await lab.attempt();
      await lab.using(from, (machine) => store(machine, lab.path('two')));
      const two = await treeDigests(lab.path('two'));
      const out = (places: Places) => join(places.disk, 'out');
      await cut(
        'retrieve',
        from,
        (places) => ['retrieve', out(places)],
        4,
        async (found, _output, where) => {
          const there = await treeDigests(out(found)).catch(() => two);
          expect(there, where).toEqual(two);
          await lab.using(found, (machine) => retrieve(machine, out(found)));
          expect(await treeDigests(out(found)), where).toEqual(two);
          expect(await leftovers(found.disk), where).toEqual([]);
        },
      );
    },
    LONG_MS,
  );

  test(
    'while the private chain writes its journal: what it has acknowledged is there',
    async () => {
      const from = { disk: lab.path('chain-disk'), chain: lab.template.chain };
      await mkdir(from.disk);
      const journal = (places: Places) => join(places.disk, 'state/chain/journal');
      await cut(
        'journal',
        from,
        (places) => ['append', journal(places)],
        4,
        async (found, output, where) => {
          const acknowledged = [...output.matchAll(/appended (\d+)/g)].length;
          const genesis = await readGenesis(journal(found));
          const entries =
            genesis === null ? [] : await Array.fromAsync(readEntries(journal(found), genesis.end));
          expect(entries.length, where).toBeGreaterThanOrEqual(acknowledged);
          expect(entries.length, where).toBeLessThanOrEqual(acknowledged + 1);
        },
      );
    },
    LONG_MS,
  );
});
