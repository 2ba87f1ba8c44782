import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../../src/ids/digest.ts';
import { Layout } from '../../src/stores/disk/layout.ts';
import { openDiskStore } from '../../src/stores/disk/store.ts';
import { canBuildShim, type FaultMode, FsShim } from '../../src/testing/disk/fs-shim.ts';
import { atPoints, LONG_MS } from '../crash/points.ts';
import { SESSIONS, writeAll } from './disk-writer.ts';

/** Of each mode in the short form. */
const POINTS = 6;
const PROGRAM = join(import.meta.dirname, 'disk-writer.ts');
const ALL = ['sealed 0', 'protected 0 0', 'sealed 1', 'protected 1 0'];

describe.skipIf(!canBuildShim())('a pack store whose writer fails at each file-system call in turn', () => {
  let root: string;
  let shim: FsShim;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'ballast-crash-'));
    shim = new FsShim(root);
  });
  afterAll(() => rm(root, { recursive: true }));

  test.each<[string, FaultMode, number]>([
    ['C1', 'kill', 50],
    ['C7', 'enospc', 20],
    ['C7', 'edquot', 20],
    ['C7', 'erofs', 50],
    ['C7', 'eio', 30],
    ['C8', 'sync', 10],
    ['C9', 'emfile', 20],
  ])(
    '%s: %s: it keeps its promises, and the next run finishes',
    async (_case, mode, atLeast) => {
      const folder = await emptyFolder(mode);
      const calls = await shim.count(folder, [PROGRAM, folder], mode);
      expect(calls).toBeGreaterThan(atLeast);
      await atPoints(`pack store, ${mode}`, calls, POINTS, (at) => faultAt(mode, at));
    },
    LONG_MS,
  );

  async function faultAt(mode: FaultMode, at: number): Promise<void> {
    const folder = await emptyFolder(`${mode}-${at}`);
    const { exit, output, errors } = await shim.run(folder, [PROGRAM, folder], { mode, at });
    const where = `${mode} at call ${at}: ${output}${errors}`;
    expect(exit, where).toBe(mode === 'kill' ? null : 8);
    // SQLite says only that it could not make a lock file, not why: FILE_SYSTEM.
    if (mode === 'enospc' || mode === 'edquot')
      expect(output, where).toMatch(/failed (DISK_FULL|FILE_SYSTEM)\n$/);
    else if (mode !== 'kill') expect(output, where).toMatch(/failed FILE_SYSTEM\n$/);
    // Whoever lives gives up its session, on a full disk too; on one that nobody may write to nothing can be removed.
    if (mode !== 'kill' && mode !== 'erofs') expect(await unsealed(folder), where).toEqual([]);
    await expectPromises(folder, output, where);

    const promises: string[] = [];
    await writeAll(folder, (promise) => promises.push(promise));
    expect(promises, where).toEqual(ALL);
    await expectPromises(folder, promises.join(), where);
    expect(await readdir(new Layout(folder).tmp), where).toEqual([]);
    await rm(folder, { recursive: true });
  }

  async function emptyFolder(name: string): Promise<string> {
    const folder = join(root, name);
    await mkdir(folder);
    return folder;
  }
});

async function unsealed(folder: string): Promise<string[]> {
  const names = await readdir(new Layout(folder).tmp).catch(() => []);
  return names.filter((name) => /\.(pack|idx)/.test(name));
}

/** Sealed blocks read right, protected releases have their root, and whatever else is findable reads right too. */
async function expectPromises(folder: string, output: string, where: string): Promise<void> {
  const store = await openDiskStore(folder);
  for (const [number, blocks] of SESSIONS.entries()) {
    const digests = blocks.map((block) => block.digest);
    const held = await store.has(digests);
    if (output.includes(`sealed ${number}`)) expect(held, where).not.toContain(false);
    for (const digest of digests.filter((_, place) => held[place])) {
      const into = new Uint8Array(100_000);
      const [length] = await store.read([digest], [into]);
      expect(digestOf(into.subarray(0, length)), where).toBe(digest);
    }
    if (output.includes(`protected ${number}`))
      expect(await readdir(new Layout(folder).roots), where).toContain(digests[0]);
  }
  await store.close();
}
