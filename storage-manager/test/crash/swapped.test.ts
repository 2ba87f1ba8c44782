/** Somebody puts a link in a folder's place while a retrieve stands at one of its calls: nothing is written where it leads. */
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canBuildShim } from '../../src/testing/disk/fs-shim.ts';
import { treeDigests } from '../../src/testing/samples/trees.ts';
import { retrieve, store } from './commands.ts';
import { Lab, PROGRAM } from './lab.ts';
import type { Places } from './machine.ts';
import { atPoints, LONG_MS } from './points.ts';

/** A file of the model has the same name. */
const VICTIM = { 'config.json': 'mine', 'out/config.json': 'mine', '0.bin': 'mine' };

describe.skipIf(!canBuildShim())('C20: a folder that becomes a link (needs a C compiler)', () => {
  let lab: Lab;
  let begun: Record<string, Places>;
  let two: Record<string, string>;
  const out = ({ disk }: Places) => join(disk, 'parent/out');

  const programIn = (places: Places) => [PROGRAM, places.disk, places.chain, 'retrieve', out(places)];

  beforeAll(async () => {
    lab = await Lab.open();
    two = await treeDigests(lab.path('two'));
    const cold = await lab.attempt();
    await mkdir(join(cold.disk, 'parent'));
    await mkdir(join(cold.disk, 'victim/out'), { recursive: true });
    for (const [path, text] of Object.entries(VICTIM)) await writeFile(join(cold.disk, 'victim', path), text);
    await lab.using(cold, (machine) => store(machine, lab.path('two')));
    const standing = await lab.attempt(cold);
    await lab.using(standing, (machine) => retrieve(machine, out(standing)));
    await writeFile(join(out(standing), 'config.json'), 'old');
    await writeFile(join(out(standing), 'layers/0/0.bin'), 'old');
    begun = { cold, standing };
  });
  afterAll(() => lab.close());

  test.each<[what: string, begun: string, swapped: string, points: number]>([
    ['the folder around a new tree', 'cold', 'parent', 5],
    ['the folder that gets the files', 'standing', 'parent/out', 5],
    ['a folder in it', 'standing', 'parent/out/layers/0', 5],
  ])(
    '%s',
    async (what, name, swapped, points) => {
      const attempt = await lab.attempt(begun[name]);
      // Before the first of these calls it has looked where the destination lies. A link that stood then is the caller's own.
      const calls = await lab.shim.count(join(attempt.disk, 'parent'), programIn(attempt), 'stop');
      await atPoints(`swapped, ${what}`, calls, points, async (at) => {
        const places = await lab.attempt(begun[name]);
        const [folder, parked] = [join(places.disk, swapped), join(places.disk, 'parked')];
        const victim = join(places.disk, 'victim');
        const before = await treeDigests(victim);
        const swap = async () => {
          await rename(folder, parked);
          await symlink(victim, folder);
        };
        const parent = join(places.disk, 'parent');
        const { exit, output, errors } = await lab.shim.stopAt(parent, programIn(places), at, swap, 'go on');
        const where = `${what}, swapped at call ${at}: ${exit} ${output}${errors}`;
        expect(await treeDigests(victim), where).toEqual(before);
        expect([0, 7, 5], where).toContain(exit);
        // Whoever was not told otherwise has the tree, in the folder that was meant.
        if (exit === 0 && name === 'cold') expect(await treeDigests(join(parked, 'out')), where).toEqual(two);
        await rm(dirname(places.disk), { recursive: true });
      });
    },
    LONG_MS,
  );
});
