import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scanTree } from '../../src/fs/tree.ts';
import { partialName, RELEASE_MARKER } from '../../src/ids/own-names.ts';
import { MAX_FILES } from '../../src/limits.ts';

/** Where 100,000 files take a second to make, if there is such a place. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(MEMORY, 'ballast-tree-'));
});
afterEach(() => rm(root, { recursive: true }));

async function put(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), path);
  }
}

async function pathsOf(folder: string): Promise<string[]> {
  return (await scanTree(folder)).map(({ path }) => path);
}

test('gives all files, hidden ones too, in the byte order of their paths', async () => {
  // UTF-16 order would put U+1F600 before U+FF5E; a walk by folders would put a/b before a.b.
  const ordered = ['.hidden/.x', 'Z', 'a-b', 'a.b', 'a/b', 'a/c/d', 'a0', 'ä', '～', '😀'];
  await put(...ordered.toReversed());
  await mkdir(join(root, 'empty'));
  expect(await pathsOf(root)).toEqual(ordered);
});

test('a file knows its place, size and time', async () => {
  await put('a/b');
  const [file] = await scanTree(root);
  const { mtimeNs } = await stat(join(root, 'a/b'), { bigint: true });
  expect(file).toEqual({ path: 'a/b', absolute: join(root, 'a/b'), size: 3, mtimeNs });
});

test('a root that is a file is a tree of one; a root may be a link', async () => {
  await put('folder/weights');
  expect(await pathsOf(join(root, 'folder/weights'))).toEqual(['weights']);
  await symlink('folder', join(root, 'link'));
  expect(await pathsOf(join(root, 'link'))).toEqual(['weights']);
  await symlink('folder/weights', join(root, 'linked-weights'));
  expect(await scanTree(join(root, 'linked-weights'))).toMatchObject([{ path: 'linked-weights', size: 14 }]);
});

test.each([
  ['a symbolic link', (path: string) => symlink('target', path)],
  ['a FIFO', async (path: string) => execFileSync('mkfifo', [path])],
])('B7: %s is refused by name', async (kind, make) => {
  await put('target');
  await make(join(root, 'odd'));
  await expect(scanTree(root)).rejects.toMatchObject({
    code: 'PATH_UNSAFE',
    exit: 7,
    message: `"${join(root, 'odd')}" must be a regular file of the model, but it is ${kind}`,
  });
});

test('B7: a socket and a device are refused by name', async () => {
  const server = createServer().listen(join(root, 'socket'));
  await once(server, 'listening');
  await expect(scanTree(root)).rejects.toThrow('it is a socket');
  server.close();
  await expect(scanTree('/dev/null')).rejects.toThrow('it is a device');
});

test('B7: a link to a folder is not walked', async () => {
  await put('folder/file');
  await symlink('..', join(root, 'folder', 'up'));
  await expect(scanTree(root)).rejects.toThrow(
    'folder/up" must be a regular file of the model, but it is a symbolic link',
  );
});

test.each(['aux.bin', 'e\u0301', 'a:b', 'folder./file'])(
  'B3, B6: the unsafe path %j is refused',
  async (path) => {
    await put(path);
    await expect(scanTree(root)).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
  },
);

test('B5: names that differ by case only are refused together', async () => {
  await put('Model.bin', 'model.bin');
  await expect(scanTree(root)).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
});

test('B8: a name that is not UTF-8 is refused', async () => {
  await writeFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe])]), '');
  await expect(scanTree(root)).rejects.toThrow('its name is not UTF-8');
});

test('what an interrupted fetch left is refused, the marker of a finished one left out', async () => {
  await put(RELEASE_MARKER, 'weights');
  expect(await pathsOf(root)).toEqual(['weights']);
  await put(`inner/${partialName('weights', 'test')}/x`);
  await expect(scanTree(root)).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
});

test('names of ours in another case are refused, for a disk that is blind to it; so is a folder of the marker', async () => {
  for (const path of ['.BALLAST-RELEASE', 'x.BALLAST-PARTIAL', `${RELEASE_MARKER}/a`]) {
    await put(path);
    await expect(scanTree(root)).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    await rm(join(root, path.split('/')[0]!), { recursive: true });
  }
});

test('a root that is not there is named', async () => {
  await expect(scanTree(join(root, 'absent'))).rejects.toMatchObject({
    code: 'SOURCE_UNREADABLE',
    exit: 2,
    message: expect.stringContaining('absent'),
  });
});

test('an abort ends the scan', async () => {
  await put('a');
  const signal = AbortSignal.abort(new Error('interrupted'));
  await expect(scanTree(root, { signal })).rejects.toThrow('interrupted');
});

test('more files than a model may have are refused', async () => {
  for (let folder = 0; folder <= MAX_FILES / 1000; folder += 1) {
    mkdirSync(join(root, `${folder}`));
    for (let file = 0; file < 1000; file += 1) writeFileSync(join(root, `${folder}`, `${file}`), '');
  }
  await expect(scanTree(root)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED', exit: 7 });
});
