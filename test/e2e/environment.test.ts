/** What a shell, an administrator or a neighbour may have done to a command before it runs, or while it does. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { treeDigests, writeTree } from '@ballast-models/storage-manager/testing';
import { expect, test } from 'vitest';
import { Ballast, finish, temporaryFolder } from './ballast.ts';
import type { Failed, Retrieved, Stored, Verified } from './documents.ts';

async function newModel(): Promise<{ folder: string; source: string }> {
  const folder = await temporaryFolder('environment');
  const source = await writeTree(join(folder, 'model'), { 'w.bin': randomBytes(400_000), 'sub/x': 'x' });
  return { folder, source };
}

test('C9: 64 open files are enough for a thousand; with too few it is the limit that is named, exit 8', async () => {
  const { folder, source } = await newModel();
  for (let index = 0; index < 1_000; index += 1) await writeFile(join(source, `sub/${index}`), `${index}`);
  const few = (limit: number) => new Ballast(folder, {}, ['prlimit', `--nofile=${limit}`]);
  await few(64).json<Stored>(0, 'store', source, 'm');
  for (const out of ['out', 'out.tar']) await few(64).json<Retrieved>(0, 'retrieve', 'm', out);
  expect(await treeDigests(join(folder, 'out'))).toEqual(await treeDigests(source));
  expect(await few(64).json<Verified>(0, 'verify', 'm', '--full')).toMatchObject({ ok: true });

  const { error } = await few(42).json<Failed>(8, 'store', source, 'again');
  expect(error).toMatchObject({ code: 'FILE_SYSTEM', next: expect.stringContaining('ulimit -n') });
  await few(64).json<Stored>(0, 'store', source, 'again');
});

test.each(['000', '077'])(
  'C21: umask %s: state for this user alone, models for all to read',
  async (umask) => {
    const { folder, source } = await newModel();
    const ballast = new Ballast(folder, {}, ['sh', '-c', `umask ${umask}; exec "$@"`, 'sh']);
    await ballast.json<Stored>(0, 'store', source, 'm');
    await ballast.json<Retrieved>(0, 'retrieve', 'm', 'out');
    const modeOf = async (path: string) => (await stat(join(folder, path))).mode & 0o777;
    for (const name of ['', 'store', 'store/packs', 'store/tmp', 'chain', 'locks'])
      expect(await modeOf(`ballast-home/${name}`), name).toBe(0o700);
    for (const name of ['key', 'chain/journal', 'store/format', 'store/packs/00000001.pack'])
      expect(await modeOf(`ballast-home/${name}`), name).toBe(0o600);
    await ballast.json<Retrieved>(0, 'retrieve', 'm', 'out.tar');
    // Into a folder that stands, too; it keeps its own mode.
    await mkdir(join(folder, 'mine'), { mode: 0o700 });
    await writeFile(join(folder, 'mine/other'), '');
    await ballast.json<Retrieved>(0, 'retrieve', 'm', 'mine', '--force');
    for (const name of ['out', 'out/sub', 'mine/sub']) expect(await modeOf(name), name).toBe(0o755);
    for (const name of ['out/w.bin', 'out.tar', 'mine/w.bin', 'mine/sub/x'])
      expect(await modeOf(name), name).toBe(0o644);
    expect(await modeOf('mine')).toBe(0o700);
  },
);

test.each(['with spaces', 'ünï–模型', 'two\nlines', `-quo'te"$x?#%20`])(
  'BALLAST_HOME in a folder named %j',
  async (name) => {
    const { folder, source } = await newModel();
    // Relative, too.
    const ballast = new Ballast(folder, { BALLAST_HOME: `${name}/state` });
    await ballast.json<Stored>(0, 'store', source, 'm');
    await ballast.json<Retrieved>(0, 'retrieve', 'm', join(folder, name, 'out'));
    expect(await treeDigests(join(folder, name, 'out'))).toEqual(await treeDigests(source));
    const { stdout } = await ballast.run('reset', '--yes');
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(await readdir(join(folder, name, 'state/store'))).not.toContain('packs');
  },
);

/** Deletes the folder as soon as the command says, for DEBUG, that it is at this step. */
async function losing(ballast: Ballast, lost: string, step: string, ...command: readonly string[]) {
  const child = ballast.start(...command);
  let said = '';
  let gone: Promise<void> | undefined;
  child.stderr?.on('data', (text) => {
    said += text;
    if (said.includes(step)) gone ??= rm(lost, { recursive: true, force: true, maxRetries: 5 });
  });
  const run = await finish(child);
  await gone;
  return run;
}

test('C22: the store, or the whole state folder, is deleted while a command runs: it ends, says why, and all can be done again', async () => {
  const { folder, source } = await newModel();
  await writeFile(join(source, 'w.bin'), randomBytes(60_000_000));
  const ballast = new Ballast(folder, { DEBUG: '1' });
  const store = join(ballast.home, 'store');
  await ballast.json<Stored>(0, 'store', source, 'm');
  const cases: [lost: string, step: string, command: string[]][] = [
    [store, 'opened', ['store', source, 'other']],
    [store, 'sealed', ['store', source, 'third']],
    [store, 'step fetch', ['retrieve', 'm', 'out']],
    [store, 'step verify', ['verify', 'm']],
    [ballast.home, 'step publish', ['store', source, 'm']],
  ];
  for (const [lost, step, command] of cases) {
    const { code, stderr, signal } = await losing(ballast, lost, step, ...command);
    const what = `${command[0]} at ${step}: ${stderr}`;
    expect(signal, what).toBeNull();
    // Files that were open still serve, so it may even succeed; missing, unavailable, corrupt, or the disk's fault.
    expect([0, 3, 4, 5, 6, 8], what).toContain(code);
    if (code !== 0 && command[0] !== 'verify')
      expect(stderr, what).toMatch(/next: .+\n code: [A-Z_]+ \(exit/);
    await ballast.json<Stored>(0, 'store', source, 'm');
    expect(await ballast.json<Verified>(0, 'verify', 'm', '--full'), what).toMatchObject({ ok: true });
  }
}, 180_000);

test('C21: a state folder that was made before, for all to read, keeps its secrets', async () => {
  const { folder, source } = await newModel();
  const ballast = new Ballast(folder);
  await mkdir(ballast.home, { mode: 0o755 });
  await ballast.json<Stored>(0, 'store', source, 'm');
  expect((await stat(join(ballast.home, 'key'))).mode & 0o777).toBe(0o600);
  for (const name of ['chain', 'store', 'locks'])
    expect((await stat(join(ballast.home, name))).mode & 0o777).toBe(0o700);
});
