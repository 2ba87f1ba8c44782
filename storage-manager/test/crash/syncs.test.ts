import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { canBuildShim, FsShim } from '../../src/testing/disk/fs-shim.ts';

/** The page cache still shows what the disk has lost, and calls it clean: only what is gone is written again. */
test.skipIf(!canBuildShim())(
  'C8: what could not be synced is gone, and what was there before stands',
  async () => {
    const root = await mkdtemp(join(tmpdir(), 'ballast-syncs-'));
    onTestFinished(() => rm(root, { recursive: true }));
    const folder = join(root, 'disk');
    await mkdir(folder);
    for (const name of ['committed', 'whole', 'appended']) await writeFile(join(folder, name), 'old.');
    const program = [join(import.meta.dirname, 'syncs.ts'), folder];
    const { output, errors } = await new FsShim(root).run(folder, program, { mode: 'sync', at: 1 });
    expect(errors).toBe('');
    expect(output.trim().split('\n')).toEqual([
      'created FILE_SYSTEM',
      'committed FILE_SYSTEM',
      'whole FILE_SYSTEM',
      'appended EIO',
    ]);
    expect((await readdir(folder)).sort()).toEqual(['appended', 'committed', 'whole']);
    for (const name of await readdir(folder))
      expect(await readFile(join(folder, name), 'utf8'), name).toBe('old.');
  },
);
