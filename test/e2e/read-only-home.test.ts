/** A state folder that may only be read still serves: an exact version, and a CID. */
import { join } from 'node:path';
import { canMount, mountDisk, treeDigests, writeTree } from '@ballast-models/storage-manager/testing';
import { expect, test } from 'vitest';
import { Ballast, temporaryFolder } from './ballast.ts';
import type { Failed, Retrieved, Stored } from './documents.ts';

test.skipIf(!canMount())(
  'a state folder on a read-only disk serves fetches to other disks (root)',
  async () => {
    const disk = await mountDisk('size=16m');
    const folder = await temporaryFolder('read-only-home');
    const source = await writeTree(join(folder, 'model'), { 'w.bin': 'w'.repeat(100_000), 'sub/x': 'x' });
    const ballast = new Ballast(disk.path);
    const { manifest } = await ballast.json<Stored>(0, 'store', source, 'm');
    disk.remount('ro');
    await ballast.json<Retrieved>(0, 'retrieve', 'm@1', join(folder, 'version'));
    await ballast.json<Retrieved>(0, 'retrieve', '--cid', manifest, join(folder, 'cid.tar'), '--extract');
    expect(await treeDigests(join(folder, 'version'))).toEqual(await treeDigests(source));
    expect(await treeDigests(join(folder, 'cid'))).toEqual(await treeDigests(source));
    // What a channel led to must be remembered, or it could lead back.
    const { error } = await ballast.json<Failed>(8, 'retrieve', 'm', join(folder, 'channel'));
    expect(error.message).toContain('seen.sqlite');
  },
);
