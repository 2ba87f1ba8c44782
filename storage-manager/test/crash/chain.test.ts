/** The private chain, faulted at each call that changes its folder: the same publisher finishes, and one release results. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseModelName } from '../../src/ids/reference.ts';
import { openEmbeddedRegistry } from '../../src/registries/embedded/open.ts';
import { canBuildShim, type FaultMode, FsShim } from '../../src/testing/disk/fs-shim.ts';
import { atPoints, LONG_MS } from './points.ts';

const PUBLISHER = join(import.meta.dirname, '../registries/publisher.ts');

function programIn(folder: string): string[] {
  const chain = { folder: join(folder, 'chain'), keyFile: join(folder, 'key') };
  const log = join(folder, 'journal.sqlite');
  return [PUBLISHER, JSON.stringify({ chain, log, model: 'local/m', version: '1', chunks: 3 })];
}

test.skipIf(!canBuildShim()).each<[string, FaultMode, number]>([
  ['C1', 'kill', 4],
  ['C7', 'enospc', 2],
  ['C8', 'sync', 2],
])(
  '%s: %s at call 1, 2, 3 … of the private chain',
  async (_case, mode, points) => {
    const root = await mkdtemp(join(tmpdir(), 'ballast-chain-'));
    onTestFinished(() => rm(root, { recursive: true, maxRetries: 3 }));
    const shim = new FsShim(root);
    const newFolder = async (name: string) => {
      const folder = join(root, name);
      await mkdir(folder);
      return folder;
    };
    const first = await newFolder('first');
    const calls = await shim.count(first, programIn(first), mode);
    await atPoints(`private chain, ${mode}`, calls, points, async (at) => {
      const folder = await newFolder(`${at}`);
      const { exit, output, errors } = await shim.run(folder, programIn(folder), { mode, at });
      const where = `${mode} at call ${at}: ${output}${errors}`;
      if (mode === 'kill') expect([0, null], where).toContain(exit);
      else if (exit !== 0) expect(`exit ${exit} ${errors}`, where).toMatch(/exit 8|FILE_SYSTEM|DISK_FULL/);
      // Beyond the last call: nothing is faulted.
      const again = await shim.run(folder, programIn(folder), { mode: 'kill', at: 1e6 });
      expect(again, where).toMatchObject({ exit: 0 });
      const registry = await openEmbeddedRegistry({
        folder: join(folder, 'chain'),
        keyFile: join(folder, 'key'),
      });
      try {
        const model = await registry.canonical(parseModelName('local/m'));
        expect(await registry.model(model), where).toMatchObject({ versionCount: 1 });
      } finally {
        await registry.close();
      }
      const names = await readdir(folder, { recursive: true });
      expect(
        names.filter((name) => /\.new$|-journal$/.test(name)),
        where,
      ).toEqual([]);
    });
  },
  LONG_MS,
);
