import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { scanTree } from '../../src/fs/tree.ts';
import type { Input } from '../../src/inputs/input.ts';
import { checkInput, withInput } from '../../src/inputs/open.ts';
import { makeTar } from '../archive/make-tar.ts';
import { newFolder, put } from './folder.ts';

const TAR = makeTar([
  { name: 'model/', type: '5' },
  { name: 'model/config.json', body: '{}' },
  { name: 'model/weights.bin', body: 'w'.repeat(3000) },
]);
const FILES = { 'model/config.json': '{}', 'model/weights.bin': 'w'.repeat(3000) };

type Source = Parameters<typeof withInput>[0];
type Wish = Partial<Parameters<typeof withInput>[1]>;

/** What a publish would see, and that nothing of it is left. */
async function read(source: Source, wish: Wish = {}) {
  const workspaces = join(await newFolder(), 'unpacked');
  const seen = await withInput(source, { workspaces, ...wish }, async (input: Input) => {
    const tree = input.tree ?? (await scanTree(input.origin));
    const texts = tree.map(async ({ path, absolute }) => [path, await readFile(absolute, 'utf8')] as const);
    const times = new Set(tree.map(({ mtimeNs }) => mtimeNs));
    return { origin: input.origin, files: Object.fromEntries(await Promise.all(texts)), times };
  });
  expect(await readdir(workspaces).catch(() => [])).toEqual([]);
  return seen;
}

it('unpacks an archive that is named; its own path names it in the journal', async () => {
  const folder = await newFolder();
  // By its first bytes, whatever its name.
  await put(folder, { 'a.zip': gzipSync(TAR) });
  const archive = join(folder, 'a.zip');
  const seen = await read(archive, { unpack: true });
  expect(seen).toMatchObject({ origin: archive, files: FILES });
  // The time of the archive, so that a rerun finds the same tree.
  expect(seen.times.size).toBe(1);
  expect(await read(archive, { unpack: true })).toEqual(seen);
});

it('unpacks a stream, and says that a common folder stays', async () => {
  const pieces = Array.from({ length: 10 }, (_, at) => TAR.subarray(at * 700, (at + 1) * 700));
  const notes: BallastEvent[] = [];
  const onEvent = (event: BallastEvent) => event.type === 'note' && notes.push(event);
  const seen = await read(Readable.from(pieces), { unpack: true, onEvent });
  expect(notes).toMatchObject([{ level: 'info', text: expect.stringContaining('begins with model/') }]);
  expect(seen).toEqual({ origin: '/dev/stdin', files: FILES, times: new Set([0n]) });
});

it('takes a stream as one file of a name', async () => {
  const seen = await read(Readable.from(['one ', 'two']), { filename: 'weights/a.bin' });
  expect(seen).toEqual({ origin: '/dev/stdin', files: { 'weights/a.bin': 'one two' }, times: new Set([0n]) });
});

it('leaves a path as it is, and says where an archive stays one', async () => {
  const folder = await newFolder();
  await put(folder, { 'a.tar.gz': TAR });
  const events: BallastEvent[] = [];
  const onEvent = (event: BallastEvent) => events.push(event);
  const origin = join(folder, 'a.tar.gz');
  const seen = await withInput(origin, { workspaces: folder, onEvent }, async (input) => input);
  expect(seen).toEqual({ origin, path: origin });
  expect(events).toMatchObject([{ type: 'note', level: 'info', text: expect.stringContaining('--unpack') }]);
});

it.each<[string, () => Source, Wish, string]>([
  ['a stream without a name', () => Readable.from(['x']), {}, 'ARGUMENT_INVALID'],
  [
    'a name where there are names',
    () => Readable.from(['x']),
    { unpack: true, filename: 'a' },
    'ARGUMENT_INVALID',
  ],
  ['a name for a path', () => '/tmp', { filename: 'a' }, 'ARGUMENT_INVALID'],
  ['a cache that is to be unpacked', () => 'hf-cache:a/b', { unpack: true }, 'ARGUMENT_INVALID'],
  ['an unsafe name', () => Readable.from(['x']), { filename: '../a' }, 'PATH_UNSAFE'],
  ['an empty stream', () => Readable.from([]), { filename: 'a' }, 'SOURCE_UNREADABLE'],
  ['an empty stream of a tar', () => Readable.from([]), { unpack: true }, 'SOURCE_UNREADABLE'],
  [
    'a stream that is cut off',
    () => Readable.from([TAR.subarray(0, 2000)]),
    { unpack: true },
    'ARCHIVE_INVALID',
  ],
  ['an archive that is not there', () => '/nowhere.tar', { unpack: true }, 'SOURCE_UNREADABLE'],
  ['a folder as an archive', () => '/tmp', { unpack: true }, 'SOURCE_UNREADABLE'],
])('refuses %s', async (_, source, wish, code) => {
  const workspaces = join(await newFolder(), 'unpacked');
  const store = async (wanted: Source) => {
    checkInput(wanted, wish);
    await withInput(wanted, { workspaces, ...wish }, () => Promise.reject(new Error('taken')));
  };
  await expect(store(source())).rejects.toMatchObject({ code });
  expect(await readdir(workspaces).catch(() => [])).toEqual([]);
});

it('says why a stream broke', async () => {
  const breaking = new Readable({ read: () => breaking.destroy(new Error('the pipe burst')) });
  const workspaces = join(await newFolder(), 'unpacked');
  await expect(withInput(breaking, { workspaces, filename: 'a' }, async () => {})).rejects.toMatchObject({
    code: 'SOURCE_UNREADABLE',
    message: expect.stringContaining('the pipe burst'),
  });
});

it('stops waiting for a stream when it is told to', async () => {
  const workspaces = join(await newFolder(), 'unpacked');
  const stop = new AbortController();
  const silent = new Readable({ read: () => setImmediate(() => stop.abort(new Error('enough'))) });
  const waiting = withInput(silent, { workspaces, filename: 'a', signal: stop.signal }, async () => {});
  await expect(waiting).rejects.toThrow('enough');
  expect(silent.destroyed).toBe(true);
  expect(await readdir(workspaces)).toEqual([]);
});
