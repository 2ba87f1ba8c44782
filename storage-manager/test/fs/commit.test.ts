import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commitFile, commitFolder } from '../../src/fs/commit.ts';

const OTHER_DISK = '/dev/shm';
const hasOtherDisk = existsSync(OTHER_DISK) && statSync(OTHER_DISK).dev !== statSync(tmpdir()).dev;

let folder: string;
let temporary: string;
let final: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-commit-'));
  temporary = join(folder, 'temporary');
  final = join(folder, 'final');
});
afterEach(() => rm(folder, { recursive: true }));

describe('a file', () => {
  test('gets its final name, in place of the file that had it', async () => {
    await writeFile(final, 'old');
    await writeFile(temporary, 'new');
    await commitFile(temporary, final);
    expect(await readFile(final, 'utf8')).toBe('new');
    expect(await readdir(folder)).toEqual(['final']);
  });

  test('never replaces a folder', async () => {
    await mkdir(final);
    await writeFile(temporary, 'new');
    await expect(commitFile(temporary, final)).rejects.toMatchObject({ code: 'FILE_SYSTEM', exit: 8 });
    expect(await readFile(temporary, 'utf8')).toBe('new');
  });

  test.skipIf(!hasOtherDisk)('C11: cannot cross file systems, and the error says so', async () => {
    const away = await mkdtemp(join(OTHER_DISK, 'ballast-commit-'));
    await writeFile(temporary, 'new');
    const crossing = commitFile(temporary, join(away, 'final'));
    await expect(crossing).rejects.toMatchObject({
      code: 'FILE_SYSTEM',
      message: expect.stringContaining('EXDEV'),
      next: 'keep both names on one file system',
    });
    expect(await readdir(away)).toEqual([]);
    await rm(away, { recursive: true });
  });
});

describe('a folder', () => {
  beforeEach(async () => {
    await mkdir(join(temporary, 'a', 'b'), { recursive: true });
    await writeFile(join(temporary, 'a', 'b', 'file'), 'whole');
  });

  test('gets its final name with all that is in it', async () => {
    await commitFolder(temporary, final);
    expect(await readFile(join(final, 'a', 'b', 'file'), 'utf8')).toBe('whole');
    expect(await readdir(folder)).toEqual(['final']);
  });

  const standing: [string, () => Promise<unknown>][] = [
    ['a file', () => writeFile(final, 'old')],
    ['an empty folder', () => mkdir(final)],
    ['a folder with files', () => mkdir(join(final, 'old'), { recursive: true })],
  ];
  test.each(standing)('never replaces %s', async (_what, make) => {
    await make();
    const before = statSync(final).ino;
    await expect(commitFolder(temporary, final)).rejects.toMatchObject({
      code: 'DESTINATION_EXISTS',
      exit: 7,
    });
    expect(statSync(final).ino).toBe(before);
    expect(await readdir(temporary)).toEqual(['a']);
  });
});
