import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { hubCacheFolder, readHubCache } from '../../src/inputs/hub-cache.ts';
import { bytesOf } from '../archive/make-tar.ts';
import { newFolder, put } from './folder.ts';

const COMMIT = 'a'.repeat(40);
const GIT_BLOB = 'b'.repeat(40);
const WEIGHTS = 'weights';
const SHA256 = digestOf(bytesOf(WEIGHTS)) as string;

let cache: string;
let repo: string;

/** As huggingface_hub writes it: blobs by ETag, snapshots of relative links, refs. */
beforeEach(async () => {
  cache = join(await newFolder(), 'hub');
  repo = join(cache, 'models--org--name');
  await put(repo, {
    [`blobs/${GIT_BLOB}`]: '{}',
    [`blobs/${SHA256}`]: WEIGHTS,
    'refs/main': COMMIT,
    'refs/refs/pr/1': COMMIT,
    [`trees/${COMMIT}.json`]: JSON.stringify({
      format_version: 1,
      files: { 'config.json': {}, 'onnx/model.bin': {}, 'tf_model.h5': {} },
    }),
  });
  await link('config.json', join(repo, 'blobs', GIT_BLOB));
  await link('onnx/model.bin', join(repo, 'blobs', SHA256));
});

const snapshot = (path: string) => join(repo, 'snapshots', COMMIT, path);

async function link(path: string, target: string): Promise<void> {
  await mkdir(dirname(snapshot(path)), { recursive: true });
  await symlink(relative(dirname(snapshot(path)), target), snapshot(path));
}

const read = (wanted: string, onEvent?: (event: BallastEvent) => void) =>
  readHubCache(wanted, { HF_HUB_CACHE: cache }, { onEvent });

it.each(['org/name', 'org/name@main', 'org/name@refs/pr/1', `org/name@${COMMIT}`])(
  'finds %s',
  async (wanted) => {
    const events: BallastEvent[] = [];
    const input = await read(wanted, (event) => events.push(event));
    expect(input).toMatchObject({
      origin: join(repo, 'snapshots', COMMIT),
      tree: [
        { path: 'config.json', size: 2, absolute: join(repo, 'blobs', GIT_BLOB) },
        { path: 'onnx/model.bin', size: WEIGHTS.length, absolute: join(repo, 'blobs', SHA256) },
      ],
      claims: new Map([['onnx/model.bin', SHA256]]),
    });
    expect(events).toMatchObject([
      { level: 'warning', text: expect.stringMatching(/2 of 3 files .* lacks tf_model.h5/) },
    ]);
  },
);

it('finds it by a linked cache, as files instead of links, and with blobs that several models share', async () => {
  const byLink = join(dirname(cache), 'link');
  await symlink(cache, byLink);
  await writeFile(snapshot('plain.txt'), 'no link');
  // huggingface_hub 2: the model's blob is a link into the cache's own.
  const xet = 'c'.repeat(64);
  await put(cache, { [`blobs/cc/${xet}`]: 'shared' });
  const blob = join(repo, 'blobs', 'd'.repeat(64));
  await symlink(`../../blobs/cc/${xet}`, blob);
  await link('shared.bin', blob);
  const { tree } = await readHubCache('org/name', { HF_HUB_CACHE: byLink }, {});
  expect(tree?.map(({ path, size }) => [path, size])).toEqual([
    ['config.json', 2],
    ['onnx/model.bin', 7],
    ['plain.txt', 7],
    ['shared.bin', 6],
  ]);
});

it('passes over what was finished later, and over a list that can not be read', async () => {
  await put(repo, { [`blobs/${SHA256}.1234abcd.incomplete`]: 'x', [`trees/${COMMIT}.json`]: 'no json' });
  const events: BallastEvent[] = [];
  expect((await read('org/name', (event) => events.push(event))).tree).toHaveLength(2);
  expect(events).toEqual([]);
});

it('passes over a list that is a pipe', async () => {
  const listing = join(repo, `trees/${COMMIT}.json`);
  await pipeAt(listing);
  expect((await read('org/name')).tree).toHaveLength(2);
});

async function pipeAt(path: string): Promise<void> {
  await rm(path);
  execFileSync('mkfifo', [path]);
}

it.each<[string, () => Promise<unknown>, string, string]>([
  ['a file elsewhere', () => link('etc', '/etc/hostname'), 'PATH_UNSAFE', 'snapshots'],
  [
    'a blob of another model',
    () => link('x', join(cache, 'models--o--n/blobs/x')),
    'PATH_UNSAFE',
    'must lead into',
  ],
  ['a folder', () => link('x', join(repo, 'blobs')), 'PATH_UNSAFE', 'must lead into'],
  ['a link behind the link', () => behind('/etc/hostname'), 'PATH_UNSAFE', 'hostname'],
  ['a blob that is not there', () => rm(join(repo, 'blobs', SHA256)), 'SOURCE_UNREADABLE', 'does not exist'],
  [
    'a shared blob that is not there',
    () => behind('../../blobs/aa/x'),
    'SOURCE_UNREADABLE',
    'does not exist',
  ],
  [
    'a blob that is a pipe',
    () => pipeAt(join(repo, 'blobs', SHA256)),
    'SOURCE_UNREADABLE',
    'no regular file',
  ],
  ['half a blob', () => put(repo, { 'blobs/ee.incomplete': 'x' }), 'SOURCE_UNREADABLE', 'ee.incomplete'],
  [
    'another half',
    () => put(repo, { 'blobs/ee.1234abcd.incomplete': 'x' }),
    'SOURCE_UNREADABLE',
    'half a file',
  ],
  ['no such revision', () => rm(join(repo, 'refs/main')), 'SOURCE_UNREADABLE', `@${COMMIT}`],
  [
    'a revision of nothing',
    () => put(repo, { 'refs/main': 'e'.repeat(40) }),
    'SOURCE_UNREADABLE',
    'it is not',
  ],
  ['a revision that is a pipe', () => pipeAt(join(repo, 'refs/main')), 'SOURCE_UNREADABLE', `@${COMMIT}`],
  [
    'a revision without end',
    () => put(repo, { 'refs/main': COMMIT.padEnd(5_000) }),
    'SOURCE_UNREADABLE',
    'it is not',
  ],
  ['no such model', () => rm(repo, { recursive: true }), 'SOURCE_UNREADABLE', 'models--org--name'],
])('refuses %s', async (_, damage, code, words) => {
  await damage();
  const error = await read('org/name').then(
    () => new Error('it was taken'),
    (refused: Error) => refused,
  );
  expect(error).toMatchObject({ code });
  expect(error.message).toContain(words);
});

it('advises to download the revision that was asked for', async () => {
  await expect(read('org/name@v1')).rejects.toMatchObject({
    next: expect.stringContaining('hf download org/name --revision v1;'),
  });
  await expect(read('org/other@v 1')).rejects.toMatchObject({
    next: expect.stringContaining("hf download org/other --revision 'v 1';"),
  });
  await expect(read('org/other')).rejects.toMatchObject({
    next: expect.stringContaining('hf download org/other;'),
  });
});

async function behind(target: string): Promise<void> {
  await symlink(target, join(repo, 'blobs/x'));
  await link('x', join(repo, 'blobs/x'));
}

it.each(['', 'a/b/c', '../x', 'a/../b', 'a--b/c', 'org/name@', '.a/b'])(
  'refuses the name %o',
  async (wanted) => {
    await expect(read(wanted)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  },
);

it.each(['../../secret', '/etc', 'a\0b'])('refuses the revision %o', async (revision) => {
  await expect(read(`org/name@${revision}`)).rejects.toMatchObject({
    code: 'PATH_UNSAFE',
    message: expect.stringContaining('revision'),
  });
});

it.each<[NodeJS.ProcessEnv, string]>([
  [{ HF_HUB_CACHE: '/a', HF_HOME: '/b' }, '/a'],
  [{ HF_HUB_CACHE: '~/a' }, join(homedir(), 'a')],
  [{ HF_HOME: '/b', XDG_CACHE_HOME: '/c' }, '/b/hub'],
  [{ XDG_CACHE_HOME: '/c' }, '/c/huggingface/hub'],
  [{}, join(homedir(), '.cache/huggingface/hub')],
])('looks for %o at %s', (env, folder) => {
  expect(hubCacheFolder(env)).toBe(folder);
});
