/** A retrieve as an archive, killed at each of its calls: the archive is whole or not there, and nothing stays hidden beside it. */
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canBuildShim } from '../../src/testing/disk/fs-shim.ts';
import { pack } from './commands.ts';
import { expectFaulted, Lab, leftovers } from './lab.ts';
import type { Places } from './machine.ts';
import { atPoints, LONG_MS } from './points.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());

const out = ({ disk }: Places) => join(disk, 'out.tar');

test.skipIf(!canBuildShim())(
  'C2: kill at call 1, 2, 3 … of an archive',
  async () => {
    const done = await lab.attempt();
    const calls = await lab.count(done, ['pack', out(done)], 'kill');
    const whole = await readFile(out(done));
    await atPoints('archive', calls, 5, async (at) => {
      const places = await lab.attempt();
      const ended = await lab.run(places, ['pack', out(places)], { mode: 'kill', at });
      const where = `killed at call ${at}: ${ended.output}`;
      expectFaulted(ended, 'kill', { at, calls }, where);
      const there = await readFile(out(places)).catch(() => null);
      const again = lab.using(places, (machine) => pack(machine, out(places)));
      if (there === null) await again;
      else await expect(again, where).rejects.toMatchObject({ code: 'DESTINATION_EXISTS' });
      expect(whole.equals(await readFile(out(places))), where).toBe(true);
      expect(await leftovers(places.disk), where).toEqual([]);
      await rm(dirname(places.disk), { recursive: true });
    });
  },
  LONG_MS,
);
