/** What `store` takes besides a file or folder: archives, stdin, the cache of Hugging Face. */
import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canMount, mountDisk, treeDigests, writeTree } from '@ballast-models/storage-manager/testing';
import { expect, it, onTestFinished } from 'vitest';
import { Ballast, finish, temporaryFolder } from '../../test/e2e/ballast.ts';
import type { Failed } from '../../test/e2e/documents.ts';

const BIN = join(import.meta.dirname, '../bin/ballast.js');

async function setUp(bytes = 3_000_000) {
  const folder = await temporaryFolder('inputs');
  const files = { 'config.json': '{}', 'weights/w.bin': randomBytes(bytes) };
  const model = await writeTree(join(folder, 'model'), files);
  const archive = join(folder, 'model.tar');
  execFileSync('tar', ['-cf', archive, '-C', model, '.']);
  return { folder, model, archive, ballast: new Ballast(folder, { DEBUG: '1' }) };
}

/** What lies where archives are unpacked. */
const unpacked = ({ home }: Ballast) => readdir(join(home, 'unpacked'));

async function expectStored(ballast: Ballast, model: string, folder: string): Promise<void> {
  const copy = join(folder, 'copy');
  await ballast.json(0, 'retrieve', 'm', copy);
  expect(await treeDigests(copy)).toEqual(await treeDigests(model));
  expect(await unpacked(ballast)).toEqual([]);
}

function piped(ballast: Ballast, input: Uint8Array, ...args: readonly string[]) {
  const child = spawn(process.execPath, [BIN, ...args], { env: ballast.env, cwd: ballast.env.HOME });
  // A command that refuses what it is sent closes the pipe early.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return finish(child);
}

it('--unpack: the files of an archive, with base and tags', async () => {
  const { folder, model, archive, ballast } = await setUp();
  await ballast.json(0, 'store', archive, 'm', '--unpack', '--tag', 'text', '--tag', 'tiny');
  await expectStored(ballast, model, folder);
  await ballast.json(0, 'store', archive, 'n', '--unpack', '--base', 'm@latest');
  expect(await ballast.json(0, 'info', 'm')).toMatchObject({ base: null, meta: { tags: ['text', 'tiny'] } });
  expect(await ballast.json(0, 'info', 'n')).toMatchObject({ base: { model: 'local/m', version: '1' } });
  expect((await ballast.run('info', 'n')).stdout).toMatch(/made from +local\/m@1, manifest bafy/);
});

it('--unpack: killed with SIGKILL, the same command finishes the release and removes what was left', async () => {
  const { folder, model, archive, ballast } = await setUp(80_000_000);
  const child = ballast.start('store', archive, 'm', '--unpack');
  const ended = finish(child);
  for (let said = ''; !said.includes('step publish'); ) said += (await once(child.stderr!, 'data'))[0];
  child.kill('SIGKILL');
  await ended;
  expect(await unpacked(ballast)).toHaveLength(2);

  const { code, stderr } = await ballast.run('store', archive, 'm', '--unpack');
  expect(code).toBe(0);
  expect(stderr).toContain(
    `an earlier store of local/m from ${archive} did not finish; this one goes on with it\n`,
  );
  expect(await ballast.json(0, 'list', '--all')).toHaveLength(1);
  await expectStored(ballast, model, folder);
});

it('--unpack: stopped with SIGINT, nothing is left', async () => {
  const { archive, ballast } = await setUp(80_000_000);
  const child = ballast.start('store', archive, 'm', '--unpack');
  const ended = finish(child);
  for (let said = ''; !said.includes('step unpack'); ) said += (await once(child.stderr!, 'data'))[0];
  child.kill('SIGINT');
  expect((await ended).code).toBe(75);
  expect(await unpacked(ballast)).toEqual([]);
});

it('-: a tar, or one file of a name, from stdin', async () => {
  const { folder, model, archive, ballast } = await setUp();
  const tar = await readFile(archive);
  expect(await piped(ballast, tar, 'store', '-', 'm', '--unpack')).toMatchObject({ code: 0 });
  await expectStored(ballast, model, folder);
  const one = await piped(ballast, tar, 'store', '-', 'one', '--stdin-filename', 'deep/one.tar');
  expect(one.code).toBe(0);
  expect(await ballast.json(0, 'info', 'one')).toMatchObject({
    files: [{ path: 'deep/one.tar', size: tar.length }],
  });
});

it.each([
  ['nothing', [], ['--unpack'], 2, 'SOURCE_UNREADABLE'],
  ['no name', [1], [], 2, 'ARGUMENT_INVALID'],
  ['no tar', Array(2000).fill(1), ['--unpack'], 7, 'ARCHIVE_INVALID'],
  ['an unsafe name', [1], ['--stdin-filename', '../x'], 7, 'PATH_UNSAFE'],
])('-: refuses %s', async (_, input, flags, exit, code) => {
  const ballast = new Ballast(await temporaryFolder('inputs'));
  const run = await piped(ballast, Uint8Array.from(input), 'store', '-', 'm', '--json', ...flags);
  expect(run.code).toBe(exit);
  expect((JSON.parse(run.stdout) as Failed).error.code).toBe(code);
});

it('-: refuses a terminal, which it would wait for in silence', async () => {
  const ballast = new Ballast(await temporaryFolder('inputs'));
  const line = `"${process.execPath}" "${BIN}" store - m --unpack`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: ballast.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code, stdout } = await finish(child);
  expect(code).toBe(2);
  expect(stdout).toContain('it is a terminal');
});

it.skipIf(!canMount())('-: a disk that fills up meanwhile: exit 8, and nothing is left', async () => {
  const disk = await mountDisk('size=100m');
  const ballast = new Ballast(disk.path);
  const run = await piped(
    ballast,
    Buffer.alloc(90_000_000),
    'store',
    '-',
    'm',
    '--stdin-filename',
    'a',
    '--json',
  );
  expect(run.code).toBe(8);
  expect((JSON.parse(run.stdout) as Failed).error.code).toBe('DISK_FULL');
  expect(await unpacked(ballast)).toEqual([]);
});

it('-: says of a folder that it is one', async () => {
  const { model, ballast } = await setUp(10);
  const folder = openSync(model, 'r');
  onTestFinished(() => closeSync(folder));
  const args = ['store', '-', 'm', '--unpack'];
  const child = spawn(process.execPath, [BIN, ...args], {
    env: ballast.env,
    stdio: [folder, 'pipe', 'pipe'],
  });
  expect(await finish(child)).toMatchObject({ code: 2, stderr: expect.stringContaining('it is a folder') });
});

it('hf-cache: a snapshot with its links, each large file proven by the name of its blob', async () => {
  const { folder, model } = await setUp();
  const commit = 'a'.repeat(40);
  const repo = join(folder, 'hf/hub/models--org--name');
  const weights = await readFile(join(model, 'weights/w.bin'));
  const etag = createHash('sha256').update(weights).digest('hex');
  await writeTree(repo, { 'refs/main': commit, [`blobs/${etag}`]: weights, 'blobs/config': '{}' });
  await mkdir(join(repo, 'snapshots', commit, 'weights'), { recursive: true });
  await symlink(`../../../blobs/${etag}`, join(repo, 'snapshots', commit, 'weights/w.bin'));
  await symlink('../../blobs/config', join(repo, 'snapshots', commit, 'config.json'));
  const ballast = new Ballast(folder, { HF_HOME: join(folder, 'hf') });
  await ballast.json(0, 'store', 'hf-cache:org/name', 'm');
  const copy = join(folder, 'copy');
  await ballast.json(0, 'retrieve', 'm', copy);
  expect(await treeDigests(copy)).toEqual(await treeDigests(model));

  weights[1_500_000]! ^= 1;
  await writeFile(join(repo, 'blobs', etag), weights);
  const failed = await ballast.json<Failed>(4, 'store', 'hf-cache:org/name@main', 'damaged');
  expect(failed.error).toMatchObject({
    code: 'FILE_DIGEST_MISMATCH',
    message: expect.stringContaining('weights/w.bin'),
  });
  expect(await ballast.json(0, 'list', '--all')).toHaveLength(1);
});
