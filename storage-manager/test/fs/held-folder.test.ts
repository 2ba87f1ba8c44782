import { chown, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fileSystemError } from '../../src/fs/errors.ts';
import { assertPlace, HeldFolder, realPlace } from '../../src/fs/held-folder.ts';

async function hold() {
  const root = await mkdtemp(join(tmpdir(), 'ballast-held-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'a/b'), { recursive: true });
  await mkdir(join(root, 'elsewhere/b'), { recursive: true });
  const held = await HeldFolder.open(join(root, 'a'));
  onTestFinished(() => held.close());
  return { root, held };
}

describe.skipIf(process.platform !== 'linux')(
  'C20: a held folder (only Linux names one by its descriptor)',
  () => {
    test('is written to where it is now, whatever has taken its name', async () => {
      const { root, held } = await hold();
      await rename(join(root, 'a'), join(root, 'moved'));
      await symlink('elsewhere', join(root, 'a'));
      await writeFile(held.at('file'), 'x');
      expect(await readdir(join(root, 'moved'))).toContain('file');
      expect(await readdir(join(root, 'elsewhere'))).toEqual(['b']);
      expect(held.path).toBe(join(root, 'moved'));
      expect(() => assertPlace(held, join(root, 'a'))).toThrow(/must stay the folder/);
      assertPlace(held, join(root, 'moved'));
    });

    test('leads to no folder below it through a link', async () => {
      const { root, held } = await hold();
      await held.within('b', async (folder) => writeFile(folder.at('file'), 'x'));
      expect(await readdir(join(root, 'a/b'))).toEqual(['file']);
      await rm(join(root, 'a/b'), { recursive: true });
      await symlink('../elsewhere/b', join(root, 'a/b'));
      for (const path of ['b', 'b/deeper'])
        await expect(held.below(path)).rejects.toMatchObject({ code: 'PATH_UNSAFE', exit: 7 });
      expect(await readdir(join(root, 'elsewhere/b'))).toEqual([]);
    });

    test('has a name that people know in errors', async () => {
      const { root, held } = await hold();
      const error = await writeFile(held.at('b'), 'x').catch((reason) =>
        fileSystemError(reason, held.at('b')),
      );
      expect(String(error)).toContain(`${root}/a/b must be usable, but EISDIR`);
      expect(String(error)).not.toContain('/proc');
    });
  },
);

test.skipIf(process.getuid?.() !== 0)(
  'C20: a folder of its own is made anew where another user has put one there',
  async () => {
    const { root, held } = await hold();
    const own = await held.ownFolder('own');
    await writeFile(own.at('mine'), 'x');
    await own.close();
    const again = await held.ownFolder('own');
    expect(await readdir(again.at())).toEqual(['mine']);
    await again.close();
    await chown(join(root, 'a/own'), 12_345, 12_345);
    const anew = await held.ownFolder('own');
    expect(await readdir(anew.at())).toEqual([]);
    await anew.close();
  },
);

test('what is not there yet has the place where it would be made', async () => {
  const { root } = await hold();
  expect(await realPlace(join(root, 'a/none/below'))).toBe(join(await realPlace(root), 'a/none/below'));
});
