/** What may stand where a model should go, and what must survive that. */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { treeDigests, writeTree } from '@ballast-models/storage-manager/testing';
import { expect, test } from 'vitest';
import { Ballast, temporaryFolder } from './ballast.ts';
import { flipOnDisk, oneOfEachKind } from './damage.ts';
import type { Failed, Retrieved, Stored } from './documents.ts';

const MODEL = { 'w.bin': randomBytes(1_500_000), 'sub/config.json': '{"new": true}' };

/** A stored model, and a folder with all that may stand in its way. */
async function crowdedPlace(): Promise<{ ballast: Ballast; folder: string; source: string }> {
  const folder = await temporaryFolder('destinations');
  const source = await writeTree(join(folder, 'source'), MODEL);
  const ballast = new Ballast(folder);
  await ballast.json<Stored>(0, 'store', source, 'm');
  await writeTree(join(folder, 'full'), { 'mine.txt': 'mine', 'sub/config.json': '{"old": true}' });
  await writeTree(folder, { file: 'mine', 'blocked/w.bin/mine.txt': 'mine', 'blocked-too/sub': 'mine' });
  await symlink('full', join(folder, 'link'));
  await symlink('nowhere', join(folder, 'dangling'));
  return { ballast, folder, source };
}

const REFUSED: readonly (readonly [what: string, destination: string, exit: number, code: string])[] = [
  ['a file', 'file', 7, 'DESTINATION_EXISTS'],
  ['a link to a folder', 'link', 7, 'DESTINATION_EXISTS'],
  ['a link to nothing', 'dangling', 7, 'DESTINATION_EXISTS'],
  ['a place below a file', 'file/below', 8, 'FILE_SYSTEM'],
  ["a folder in which one of the model's files is a folder", 'blocked', 7, 'DESTINATION_EXISTS'],
  ["a folder in which one of the model's folders is a file", 'blocked-too', 7, 'DESTINATION_EXISTS'],
  ['the state folder', 'ballast-home', 7, 'PATH_UNSAFE'],
  ['a place in the state folder', 'ballast-home/store/x', 7, 'PATH_UNSAFE'],
  ['the present folder, which holds the state folder', '.', 7, 'PATH_UNSAFE'],
  ['the root', '/', 7, 'PATH_UNSAFE'],
  ['no name, which would be the present folder', '', 2, 'ARGUMENT_INVALID'],
];

test('C19: what must not be written to is refused, with --force too, and nothing is changed', async () => {
  const { ballast, folder } = await crowdedPlace();
  const others = async () => {
    const digests = Object.entries(await treeDigests(folder));
    return digests.filter(([path]) => !path.startsWith('ballast-home/'));
  };
  const before = await others();
  for (const [what, destination, exit, code] of REFUSED) {
    const command = ['retrieve', 'm', destination];
    const [plain, forced] = await Promise.all([
      ballast.json<Failed>(exit, ...command),
      ballast.json<Failed>(exit, ...command, '--force'),
    ]);
    expect([plain.error.code, forced.error.code], what).toEqual([code, code]);
  }
  expect(await others()).toEqual(before);
  expect(await readlink(join(folder, 'link'))).toBe('full');
});

test('C19: an archive does not replace a folder, and a file only with --force, in one step', async () => {
  const { ballast, folder } = await crowdedPlace();
  await mkdir(join(folder, 'dir.tar'));
  await writeFile(join(folder, 'old.tar'), 'mine');
  await ballast.json<Failed>(7, 'retrieve', 'm', 'dir.tar', '--force');
  await ballast.json<Failed>(7, 'retrieve', 'm', 'old.tar');
  expect(await readFile(join(folder, 'old.tar'), 'utf8')).toBe('mine');
  await ballast.json<Retrieved>(0, 'retrieve', 'm', 'old.tar', '--force');
  expect((await lstat(join(folder, 'old.tar'))).size).toBeGreaterThan(1_500_000);
});

test('C19: --force replaces what the release names, when all of it is proven, and leaves other files alone', async () => {
  const { ballast, folder, source } = await crowdedPlace();
  const before = await treeDigests(join(folder, 'full'));
  await ballast.json<Failed>(7, 'retrieve', 'm', 'full');
  expect(await treeDigests(join(folder, 'full'))).toEqual(before);

  const [[, chunk]] = (await oneOfEachKind(ballast, 'm')) as [[string, Parameters<typeof flipOnDisk>[1]]];
  await flipOnDisk(ballast, chunk);
  await ballast.json<Failed>(4, 'retrieve', 'm', 'full', '--force');
  const kept = Object.entries(await treeDigests(join(folder, 'full'))).filter(([path]) => path in before);
  expect(Object.fromEntries(kept)).toEqual(before);

  await ballast.json<Stored>(0, 'store', source, 'm');
  await ballast.json<Retrieved>(0, 'retrieve', 'm', 'full', '--force');
  const expected = { ...before, ...(await treeDigests(source)) };
  expect(await treeDigests(join(folder, 'full'))).toEqual({
    ...expected,
    '.ballast-release': expect.anything(),
  });
});
