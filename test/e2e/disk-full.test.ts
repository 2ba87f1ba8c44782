/** A disk that fills up, wherever it does: exit 8, old releases whole, nothing left behind, and the same command goes on. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canMount,
  mountDisk,
  type SmallDisk,
  treeDigests,
  writeTree,
} from '@ballast-models/storage-manager/testing';
import { describe, expect, test } from 'vitest';
import { Ballast, type Run, temporaryFolder } from './ballast.ts';
import type { Failed, Retrieved, Stored, Verified } from './documents.ts';

const PAGE = 4096;
const ROOM = 'size=64m';
const TIMEOUT_MS = 180_000;

/** New content each time, of always the same size. */
function writeModel(folder: string): Promise<string> {
  return writeTree(folder, {
    'w.bin': randomBytes(3_000_000),
    'config.json': '{}',
    's.bin': randomBytes(90_000),
  });
}

async function usedBytes({ path }: SmallDisk): Promise<number> {
  const { blocks, bfree, bsize } = await statfs(path);
  return (blocks - bfree) * bsize;
}

/** Files of the state folder that only an unfinished run has. */
async function leftovers(ballast: Ballast): Promise<string[]> {
  const names = await readdir(ballast.home, { recursive: true }).catch(() => []);
  return names.filter((name) => /store\/tmp\/.|\.new$|\.tmp$|-journal$/.test(name));
}

function expectFull({ code, stdout }: Run, place: string): void {
  expect(code, stdout).toBe(8);
  const { error } = JSON.parse(stdout) as Failed;
  expect(error.message).toContain(place);
  // SQLite does not say why a file could not be made.
  expect(error.message + error.next).toMatch(/ENOSPC|disk is full|may be full|bytes free|are free/);
}

describe.skipIf(!canMount())('on a small disk (only root may mount one)', () => {
  test(
    'C6: store: from no room at all to room for all but the last page',
    async () => {
      const disk = await mountDisk(ROOM);
      const folder = await temporaryFolder('disk-full');
      const ballast = new Ballast(disk.path);
      const old = await writeModel(join(folder, 'old'));
      await ballast.json<Stored>(0, 'store', old, 'old');
      const before = await usedBytes(disk);
      await ballast.json<Stored>(0, 'store', await writeModel(join(folder, 'second')), 'second');
      const need = (await usedBytes(disk)) - before;

      const rooms = [0, 10 * PAGE, need / 2, need - 2 * PAGE, need - PAGE];
      for (const [index, room] of rooms.entries()) {
        const model = `model-${index}`;
        const source = await writeModel(join(folder, model));
        const pages = Math.floor(((await usedBytes(disk)) + room) / PAGE);
        disk.remount(`size=${pages * PAGE}`);
        const run = await ballast.run('store', source, model, '--json');
        // In the last pages it may just fit; then it must be there.
        if (run.code !== 0) expectFull(run, ballast.home);
        else expect(room).toBeGreaterThanOrEqual(need - 2 * PAGE);
        if (room === need / 2)
          expect(run.stdout).toMatch(/what is new of [\d,]+ bytes, but [\d,]+ bytes are free/);
        expect(await ballast.json<Verified>(0, 'verify', 'old', '--full')).toMatchObject({ ok: true });
        expect(await leftovers(ballast)).toEqual([]);

        disk.remount(ROOM);
        const stored = await ballast.json<Stored>(0, 'store', source, model);
        expect(stored).toMatchObject({ version: '1', ...(run.code === 0 && { transactions: 0 }) });
      }
      expect(await ballast.json<[]>(0, 'list', '--all')).toHaveLength(2 + rooms.length);
    },
    TIMEOUT_MS,
  );

  test(
    'C6: store: no inode left for the next file, wherever a first run makes one',
    async () => {
      const folder = await temporaryFolder('inodes');
      const source = await writeModel(join(folder, 'model'));
      const enough = 30;
      const failed: number[] = [];
      await Promise.all(
        [0, 4].map(async (lane) => {
          for (let inodes = 2 + lane; inodes < enough; inodes += 8) {
            const disk = await mountDisk(`${ROOM},nr_inodes=${inodes}`);
            const ballast = new Ballast(disk.path);
            const run = await ballast.run('store', source, 'm', '--json');
            if (run.code !== 0) {
              expectFull(run, disk.path);
              failed.push(inodes);
            }
            expect(await leftovers(ballast)).toEqual([]);
            disk.remount('nr_inodes=1000');
            expect(await ballast.json<Stored>(0, 'store', source, 'm')).toMatchObject({ version: '1' });
          }
        }),
      );
      expect(failed.length).toBeGreaterThan(3);
    },
    TIMEOUT_MS,
  );

  test(
    'C6, C11: retrieve: a folder or an archive, to another disk, into no room, half of it, all but the last page',
    async () => {
      const disk = await mountDisk(ROOM);
      const folder = await temporaryFolder('disk-full');
      const ballast = new Ballast(folder);
      const source = await writeModel(join(folder, 'model'));
      const { bytes } = await ballast.json<Stored>(0, 'store', source, 'm');
      const digestsIn = async (tree: string) => Object.values(await treeDigests(tree)).sort();
      const pages = Math.ceil(bytes / PAGE);
      // An archive is made of a tree beside it, so it takes twice as much.
      const cases: [name: string, sizes: number[]][] = [
        ['out', [1, pages >> 1, pages - 1]],
        ['out.tar', [1, pages + 10, 2 * pages - 4]],
        ['out.tar.gz', [pages + 10]],
      ];
      for (const [name, sizes] of cases) {
        const out = join(disk.path, name);
        for (const size of sizes) {
          disk.remount(`size=${size * PAGE}`);
          expectFull(await ballast.run('retrieve', 'm', out, '--json'), disk.path);
          expect(await readdir(disk.path)).toEqual([]);
        }
        disk.remount(ROOM);
        await ballast.json<Retrieved>(0, 'retrieve', 'm', out);
        // Nothing hidden stays beside it.
        expect(await readdir(disk.path)).toEqual([name]);
        const tree = name === 'out' ? out : join(folder, name);
        if (name !== 'out') {
          await mkdir(tree);
          execFileSync('tar', ['-xf', out, '-C', tree]);
        }
        expect(await digestsIn(tree)).toEqual(await digestsIn(source));
        await rm(out, { recursive: true });
      }
    },
    TIMEOUT_MS,
  );

  test('C6: what is stored on a disk without a free byte can be listed, shown, verified and retrieved', async () => {
    const disk = await mountDisk('size=16m');
    const folder = await temporaryFolder('disk-full');
    const ballast = new Ballast(disk.path);
    const source = await writeModel(join(folder, 'model'));
    await ballast.json<Stored>(0, 'store', source, 'm');
    await ballast.json<Retrieved>(0, 'retrieve', 'm', join(folder, 'first'));
    await disk.fill();
    expect(await ballast.json<[]>(0, 'list')).toHaveLength(1);
    expect(await ballast.json(0, 'info', 'm')).toMatchObject({ version: '1' });
    expect(await ballast.json<Verified>(0, 'verify', 'm', '--full')).toMatchObject({ ok: true });
    await ballast.json<Retrieved>(0, 'retrieve', 'm', join(folder, 'out'));
    expect(await treeDigests(join(folder, 'out'))).toEqual(await treeDigests(source));
  });
});
