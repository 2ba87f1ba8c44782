/** Disks that may be read only, and folders of somebody else. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { canMount, mountDisk, treeDigests, writeTree } from '@ballast-models/storage-manager/testing';
import { describe, expect, test } from 'vitest';
import { Ballast, temporaryFolder } from './ballast.ts';
import type { Failed, Retrieved, Stored, Verified } from './documents.ts';

/** `nobody`, for whom rights count. */
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

/** Whether he can read the sources and Node: in a checkout below a private folder nothing can be shown of him. */
const [become, ...asNobody] = NOBODY as [string, ...string[]];
const program = join(import.meta.dirname, '../../cli/bin/ballast.js');
const nobodyReadsThis = spawnSync(become, [...asNobody, process.execPath, program, '--version']).status === 0;

async function stored(): Promise<{ folder: string; source: string; ballast: Ballast }> {
  const folder = await temporaryFolder('read-only');
  const source = await writeTree(join(folder, 'model'), { 'w.bin': randomBytes(1_500_000), 'sub/x': 'x' });
  const ballast = new Ballast(folder);
  await ballast.json<Stored>(0, 'store', source, 'm');
  return { folder, source, ballast };
}

describe.skipIf(!canMount())('where this user may mount a disk (root)', () => {
  test('C19: a destination on a read-only disk: exit 8, named, and the same command works once it is writable', async () => {
    const { source, ballast } = await stored();
    const disk = await mountDisk('size=16m');
    await mkdir(join(disk.path, 'empty'));
    disk.remount('ro');
    for (const name of ['out', 'out.tar', 'new/out', 'empty']) {
      const out = join(disk.path, name);
      const { error } = await ballast.json<Failed>(8, 'retrieve', 'm', out);
      expect(error).toMatchObject({ code: 'FILE_SYSTEM', message: expect.stringContaining(disk.path) });
      expect(error.next).toContain('mount it writable');
    }
    expect(await readdir(disk.path)).toEqual(['empty']);
    disk.remount('rw');
    await ballast.json<Retrieved>(0, 'retrieve', 'm', join(disk.path, 'out'));
    expect(await treeDigests(join(disk.path, 'out'))).toEqual(await treeDigests(source));
  });

  test('a state folder on a read-only disk can be listed, shown and verified; what writes says why it can not', async () => {
    const disk = await mountDisk('size=16m');
    const folder = await temporaryFolder('read-only');
    const source = await writeTree(join(folder, 'model'), { 'w.bin': randomBytes(1_500_000) });
    const ballast = new Ballast(disk.path);
    await ballast.json<Stored>(0, 'store', source, 'm');
    disk.remount('ro');
    expect(await ballast.json<[]>(0, 'list')).toHaveLength(1);
    expect(await ballast.json(0, 'info', 'm', '--chunks')).toMatchObject({ version: '1' });
    expect(await ballast.json<Verified>(0, 'verify', 'm', '--full')).toMatchObject({ ok: true });
    for (const command of [
      ['store', source, 'm'],
      ['store', source, 'other'],
      ['reset', '--yes'],
    ]) {
      const { error } = await ballast.json<Failed>(8, ...command);
      expect(error, command.join(' ')).toMatchObject({ code: 'FILE_SYSTEM' });
    }
    disk.remount('rw');
    expect(await ballast.json<Stored>(0, 'store', source, 'm')).toMatchObject({ transactions: 0 });
  });

  test.skipIf(!nobodyReadsThis)(
    "another user's folders: exit 8 or 2, and nothing of his is changed",
    async () => {
      const { folder, source, ballast } = await stored();
      await chmod(folder, 0o755);
      await mkdir(join(folder, 'his'), { mode: 0o777 });
      await chmod(join(folder, 'his'), 0o777);
      const nobody = new Ballast(folder, { BALLAST_HOME: join(folder, 'his/state') }, NOBODY);
      await nobody.json<Stored>(0, 'store', source, 'm');
      const { error: denied } = await nobody.json<Failed>(8, 'retrieve', 'm', join(folder, 'out'));
      expect(denied).toMatchObject({ code: 'FILE_SYSTEM', message: expect.stringContaining('EACCES') });
      expect(denied.next).toContain('right');

      await chmod(join(source, 'w.bin'), 0o600);
      const { error: unread } = await nobody.json<Failed>(2, 'store', source, 'again');
      expect(unread).toMatchObject({ code: 'SOURCE_UNREADABLE', message: expect.stringContaining('w.bin') });

      const { error: closed } = await new Ballast(folder, {}, NOBODY).json<Failed>(2, 'list');
      expect(closed).toMatchObject({ code: 'CONFIG_INVALID', next: expect.stringContaining('right') });
      expect(await ballast.json<Verified>(0, 'verify', 'm', '--full')).toMatchObject({ ok: true });
      expect(await readdir(folder)).not.toContain('out');
    },
  );
});
