import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder } from '../../src/fs/make-folder.ts';

test('many make folders in one that none of them has found, and all succeed', async () => {
  const root = await mkdtemp(join(tmpdir(), 'ballast-folders-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (let round = 0; round < 20; round += 1) {
    const around = join(root, String(round), 'a');
    await Promise.all(Array.from({ length: 20 }, (_, number) => makeFolder(join(around, `${number}`))));
    expect(await readdir(around)).toHaveLength(20);
    expect((await stat(join(around, '7'))).mode & 0o777).toBe(0o700);
  }
});

test('a folder that cannot be is an error, and not waited for', async () => {
  await expect(makeFolder('/proc/ballast/a')).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(makeFolder('/dev/null/a')).rejects.toMatchObject({ code: 'ENOTDIR' });
});
