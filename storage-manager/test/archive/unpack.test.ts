import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { unpackArchive } from '../../src/archive/unpack.ts';
import { writeArchive } from '../../src/archive/write.ts';
import { KiB, MiB } from '../../src/limits.ts';
import { makeTar, pax } from './make-tar.ts';

const LONG = `${'folder/'.repeat(25)}${'n'.repeat(120)}.bin`;

/** Every kind of name and size that the writers put in another way. */
const FILES: Readonly<Record<string, string>> = {
  'config.json': '{}',
  'empty.txt': '',
  '.hidden': 'h',
  'weights/a b.bin': 'x'.repeat(5000),
  'weights/größe-模型.bin': 'ü'.repeat(511),
  [LONG]: 'long',
};

async function workFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-unpack-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'out'));
  return folder;
}

async function unpack(archive: string | Uint8Array): Promise<Record<string, string>> {
  const folder = await workFolder();
  const path = typeof archive === 'string' ? archive : join(folder, 'archive');
  if (typeof archive !== 'string') await writeFile(path, archive);
  const tree = await unpackArchive(path, join(folder, 'out'));
  const texts = tree.map(async ({ path, absolute }) => [path, await readFile(absolute, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

async function writeTree(folder: string): Promise<string> {
  const tree = join(folder, 'tree');
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(join(tree, path, '..'), { recursive: true });
    await writeFile(join(tree, path), text);
  }
  await mkdir(join(tree, 'nothing-in-it'));
  return tree;
}

const PYTHON = `
import sys, tarfile
with tarfile.open(sys.argv[1], sys.argv[3], format=getattr(tarfile, sys.argv[4])) as tar: tar.add(sys.argv[2], '.')
`;

const has = (program: string) => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

type Write = (archive: string, tree: string) => void;
const tarBy =
  (program: string, ...flags: string[]): Write =>
  (archive, tree) =>
    execFileSync(program, [...flags, '-cf', archive, '-C', tree, '.']);
const python =
  (mode: string, format: string): Write =>
  (archive, tree) =>
    execFileSync('python3', ['-c', PYTHON, archive, tree, mode, format]);
const git: Write = (archive, tree) => {
  const run = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: tree });
  run('init', '-q');
  run('add', '.');
  run('commit', '-qm', 'a');
  run('archive', '-o', archive, 'HEAD');
};

const WRITERS: readonly (readonly [name: string, program: string, write: Write])[] = [
  ['GNU tar', 'tar', tarBy('tar')],
  ['GNU tar, pax', 'tar', tarBy('tar', '--format=pax')],
  ['GNU tar, gzip', 'tar', tarBy('tar', '-z')],
  ['bsdtar', 'bsdtar', tarBy('bsdtar')],
  ['Python, GNU', 'python3', python('w', 'GNU_FORMAT')],
  ['Python, pax, gzip', 'python3', python('w:gz', 'PAX_FORMAT')],
  ['git archive', 'git', git],
];

describe('archives of other programs', () => {
  for (const [name, program, write] of WRITERS)
    it.skipIf(!has(program))(name, async () => {
      const folder = await workFolder();
      const archive = join(folder, 'archive');
      write(archive, await writeTree(folder));
      expect(await unpack(archive)).toEqual(FILES);
    });

  it('its own', async () => {
    const folder = await workFolder();
    const archive = join(folder, 'a.tar.gz');
    await writeArchive(await writeTree(folder), archive, 'test');
    expect(await unpack(archive)).toEqual(FILES);
  });
});

describe('unpackArchive', () => {
  it('B7: gives each file the time of the archive, mode 0600, whatever the entry says', async () => {
    const folder = await workFolder();
    const archive = join(folder, 'a.tar');
    await writeFile(archive, makeTar([{ name: 'run.sh', body: 'x', mode: 0o4777 }]));
    await unpackArchive(archive, join(folder, 'out'));
    const file = await stat(join(folder, 'out/run.sh'));
    expect(file.mode & 0o7777).toBe(0o600);
    expect(Math.trunc(file.mtimeMs)).toBe(Math.trunc((await stat(archive)).mtimeMs));
  });

  it('reads names of ustar with a prefix, of old tars, sizes of pax, and passes over what pax says besides', async () => {
    const tar = makeTar([
      pax({ comment: 'of git archive' }, 'g'),
      { name: './', type: '5' },
      { name: 'b.bin', prefix: 'weights/long', body: 'b' },
      { name: 'old', type: '\0', magic: 'v7', body: 'v7' },
      { name: 'old-folder/', type: '0', magic: 'v7' },
      pax({ size: '3', mtime: '1.5', 'SCHILY.xattr.user.a': '\u0001=\n' }),
      { name: 'c.bin', size: 0, body: 'pax' },
    ]);
    const files = { 'weights/long/b.bin': 'b', old: 'v7', 'c.bin': 'pax' };
    expect(await unpack(tar)).toEqual(files);
    expect(await unpack(gzipSync(tar))).toEqual(files);
  });

  it('takes several gzip members, one after another', async () => {
    const tar = makeTar([{ name: 'a', body: 'x'.repeat(2000) }]);
    const halves = [gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))];
    expect(await unpack(Buffer.concat(halves))).toEqual({ a: 'x'.repeat(2000) });
  });

  it.each([512, 10_240, 3 * MiB])('passes over %i zeros behind the gzip, as gzip does', async (zeros) => {
    // Random letters, so that the packed bytes fill several reads.
    const body = randomBytes(MiB).toString('hex');
    for (const text of ['x', body]) {
      const packed = gzipSync(makeTar([{ name: 'a', body: text }]));
      expect(await unpack(Buffer.concat([packed, Buffer.alloc(zeros)]))).toEqual({
        a: text,
      });
    }
  });

  it('tells what it is doing', async () => {
    const folder = await workFolder();
    await writeFile(join(folder, 'a.tar'), makeTar([{ name: 'a', body: 'abc' }]));
    const events: unknown[] = [];
    await unpackArchive(join(folder, 'a.tar'), join(folder, 'out'), {
      onEvent: (event) => events.push(event),
    });
    const told = { type: 'progress', step: 'unpack', totalBytes: 3, savedBytes: 0 };
    expect(events).toEqual([0, 3].map((bytes) => ({ ...told, bytes })));
  });
});

it.each(['plain', 'gzip'])(
  'a small file that cannot be written is an error, whatever follows: %s',
  async (kind) => {
    const folder = await workFolder();
    const path = join(folder, 'archive');
    const large = { name: 'large.bin', body: new Uint8Array(64 * MiB) };
    const small = Array.from({ length: 30 }, (_, at) => ({ name: `${at}`, body: new Uint8Array(256 * KiB) }));
    const tar = makeTar([{ name: 'taken', body: 'x' }, ...small, large]);
    await writeFile(path, kind === 'gzip' ? gzipSync(tar, { level: 1 }) : tar);
    await writeFile(join(folder, 'out', 'taken'), 'somebody was here');
    await expect(unpackArchive(path, join(folder, 'out'))).rejects.toThrow('EEXIST');
    await expect(stat(join(folder, 'out', 'large.bin'))).rejects.toMatchObject({ code: 'ENOENT' });
  },
);
