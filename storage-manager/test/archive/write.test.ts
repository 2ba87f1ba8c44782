import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { list, type ReadEntry } from 'tar';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeArchive } from '../../src/archive/write.ts';
import type { ProgressEvent } from '../../src/events.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { partialName, RELEASE_MARKER } from '../../src/ids/own-names.ts';

const TREE: Readonly<Record<string, string>> = {
  '-x': 'a name like an option',
  '@a.tar': 'a name like an archive',
  'a.b': 'x'.repeat(512),
  'a/b': 'x'.repeat(513),
  empty: '',
  [`deep/${'é'.repeat(120)}/${'l'.repeat(250)}`]: 'a long path',
  '模型/😀': 'unicode',
};

/** SHA-256 of the `.tar` of `TREE`: another one is another format, and every published digest of an archive would change. */
const GOLDEN = '6f4cafbbb281714e31465ab57863846423adbc8c42d9e7e5919e63d7f70d2b82';

let folder: string;
let tree: string;
let out: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-archive-'));
  tree = join(folder, 'tree');
  out = join(folder, 'out');
  await mkdir(out);
  await put(tree, Object.entries(TREE));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(root: string, files: readonly (readonly [path: string, text: string])[]): Promise<void> {
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

test('an archive is a function of paths and bytes alone', async () => {
  await writeArchive(tree, join(out, 'one.tar'), 'test');
  const other = join(folder, 'other');
  await put(other, Object.entries(TREE).toReversed());
  await put(other, [[RELEASE_MARKER, 'left out']]);
  await chmod(join(other, 'a.b'), 0o755);
  await utimes(join(other, 'a.b'), 1, 1);
  await writeArchive(other, join(out, 'two.tar'), 'test');
  const [one, two] = [await readFile(join(out, 'one.tar')), await readFile(join(out, 'two.tar'))];
  expect(two.equals(one)).toBe(true);
  expect(digestOf(one)).toBe(GOLDEN);
});

test('its entries are plain files at the root, in byte order, without owner or time', async () => {
  await writeArchive(tree, join(out, 'model.tar'), 'test');
  const entries: ReadEntry[] = [];
  await list({ file: join(out, 'model.tar'), strict: true, onReadEntry: (entry) => entries.push(entry) });
  const byteOrder = Object.keys(TREE).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(entries.map(({ path }) => path)).toEqual(byteOrder);
  for (const entry of entries) {
    expect(entry).toMatchObject({ type: 'File', mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) });
    expect([entry.uname, entry.gname]).toEqual(['', '']);
  }
});

test.each(['model.tar', 'model.tar.gz', 'model.tgz'])('the system unpacks %s', async (name) => {
  await writeArchive(tree, join(out, name), 'test');
  const unpacked = join(folder, 'unpacked');
  await mkdir(unpacked);
  execFileSync('tar', ['xf', join(out, name), '-C', unpacked]);
  execFileSync('diff', ['-r', tree, unpacked]);
  expect(await readdir(out)).toEqual([name]);
});

test('a compressed archive holds the same tar and no time', async () => {
  await writeArchive(tree, join(out, 'model.tar.gz'), 'test');
  const compressed = await readFile(join(out, 'model.tar.gz'));
  expect(digestOf(gunzipSync(compressed))).toBe(GOLDEN);
  // RFC 1952: flags (no name, no comment), then the time.
  expect([...compressed.subarray(3, 8)]).toEqual([0, 0, 0, 0, 0]);
});

test('it replaces an older file, and what a killed run left, without following a link', async () => {
  const archive = join(out, 'model.tar');
  await writeFile(archive, 'older');
  await writeFile(join(folder, 'precious'), 'kept');
  await symlink(join(folder, 'precious'), join(out, partialName('model.tar', 'test')));
  await writeArchive(tree, archive, 'test');
  expect(digestOf(await readFile(archive))).toBe(GOLDEN);
  expect(await readFile(join(folder, 'precious'), 'utf8')).toBe('kept');
  expect(await readdir(out)).toEqual(['model.tar']);
});

test.each([
  ['becomes shorter', () => truncateSync(join(tree, 'a/b'), 512)],
  ['is written again', () => writeFileSync(join(tree, 'a/b'), 'y'.repeat(513))],
])('a file that %s meanwhile stops it, and nothing appears', async (_, onEvent) => {
  await expect(writeArchive(tree, join(out, 'model.tar'), 'test', { onEvent })).rejects.toMatchObject({
    code: 'SOURCE_CHANGED',
    message: expect.stringContaining('a/b'),
  });
  expect(await readdir(out)).toEqual([]);
});

test('an abort stops it, and nothing appears', async () => {
  const stop = new AbortController();
  const onEvent = () => stop.abort(new Error('interrupted'));
  const archive = join(out, 'model.tar.gz');
  await expect(writeArchive(tree, archive, 'test', { onEvent, signal: stop.signal })).rejects.toThrow(
    'interrupted',
  );
  expect(await readdir(out)).toEqual([]);
});

test('it tells how many bytes are packed', async () => {
  const events: ProgressEvent[] = [];
  await writeArchive(tree, join(out, 'model.tar'), 'test', {
    onEvent: (event) => events.push(event as ProgressEvent),
  });
  const totalBytes = Object.values(TREE).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  expect(events.at(-1)).toEqual({
    type: 'progress',
    step: 'archive',
    bytes: totalBytes,
    totalBytes,
    savedBytes: 0,
  });
});

test('a name that is no archive, and a folder that is not there, are refused', async () => {
  await expect(writeArchive(tree, join(out, 'model'), 'test')).rejects.toMatchObject({
    code: 'ARGUMENT_INVALID',
    exit: 2,
  });
  const nowhere = join(out, 'absent', 'model.tar');
  await expect(writeArchive(tree, nowhere, 'test')).rejects.toMatchObject({ code: 'FILE_SYSTEM', exit: 8 });
});
