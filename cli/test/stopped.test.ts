/** Signals, closed pipes, and what a command that was stopped leaves behind. */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { treeDigests, writeTree } from '@ballast-models/storage-manager/testing';
import { expect, it } from 'vitest';
import { Ballast, finish, temporaryFolder } from '../../test/e2e/ballast.ts';
import type { Failed } from '../../test/e2e/documents.ts';

/** Starts a command with `DEBUG` and waits until it is at this step. */
async function startedUntil(step: string, ballast: Ballast, ...args: readonly string[]) {
  const child = ballast.start(...args);
  const ended = finish(child);
  let said = '';
  for (;;) {
    const [text] = await once(child.stderr!, 'data');
    said += text;
    if (said.includes(`step ${step}`)) return { child, ended };
  }
}

/** Starts a store and waits until it cuts chunks. */
function storing(ballast: Ballast, model: string) {
  return startedUntil('publish', ballast, 'store', model, 'm');
}

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'C18: %s: exit 75, and the command that it prints goes on',
  async (signal) => {
    const folder = await temporaryFolder('stopped');
    const model = await writeTree(join(folder, 'model'), { 'w.bin': randomBytes(80_000_000) });
    const ballast = new Ballast(folder, { DEBUG: '1' });
    const { child, ended } = await storing(ballast, model);
    child.kill(signal);
    const { code, stderr } = await ended;
    expect(code).toBe(75);
    expect(stderr).toContain('INTERRUPTED (exit 75)');
    expect(stderr).toMatch(new RegExp(`next: go on with: .* store ${model} m\\n`));

    expect(await ballast.json(0, 'store', model, 'm')).toMatchObject({ version: '1' });
    expect(await ballast.json(0, 'list', '--all')).toHaveLength(1);
  },
);

it('C18: SIGINT of a retrieve: exit 75, nothing appears, and the command that it prints goes on', async () => {
  const folder = await temporaryFolder('stopped');
  const model = await writeTree(join(folder, 'model'), { 'w.bin': randomBytes(200_000_000) });
  const ballast = new Ballast(folder, { DEBUG: '1' });
  await ballast.json(0, 'store', model, 'm');
  const out = join(folder, 'out');
  const { child, ended } = await startedUntil('fetch', ballast, 'retrieve', 'm', out);
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  expect(code).toBe(75);
  expect(stderr).toMatch(new RegExp(`next: go on with: .* retrieve m ${out}\\n`));
  await expect(access(out)).rejects.toMatchObject({ code: 'ENOENT' });

  await ballast.json(0, 'retrieve', 'm', out);
  expect(await treeDigests(out)).toEqual(await treeDigests(model));
});

it('C18: a second signal ends it at once', async () => {
  const folder = await temporaryFolder('stopped');
  const model = await writeTree(join(folder, 'model'), { 'w.bin': randomBytes(80_000_000) });
  const { child, ended } = await storing(new Ballast(folder, { DEBUG: '1' }), model);
  child.kill('SIGINT');
  child.kill('SIGTERM');
  expect((await ended).code).toBe(75);
});

it('C18: a reader that has seen enough is no error', async () => {
  const folder = await temporaryFolder('stopped');
  const ballast = new Ballast(folder);
  await ballast.json(0, 'store', await writeTree(join(folder, 'model'), { 'w.bin': 'w' }), 'm');
  const child = ballast.start('info', 'm', '--chunks', '--json');
  child.stdout!.destroy();
  const { code, stderr } = await finish(child);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

it.each(['info m', 'info m --json', 'verify m', '--help'])(
  'a full disk behind stdout: exit 8, %s',
  async (line) => {
    const folder = await temporaryFolder('stopped');
    const ballast = new Ballast(folder);
    await ballast.json(0, 'store', await writeTree(join(folder, 'model'), { 'w.bin': 'w' }), 'm');
    const bin = join(import.meta.dirname, '../bin/ballast.js');
    const command = `exec "${process.execPath}" "${bin}" ${line} > /dev/full`;
    const { code, stderr } = await finish(spawn('sh', ['-c', command], { cwd: folder, env: ballast.env }));
    expect({ code, stderr }).toEqual({
      code: 8,
      stderr: expect.stringMatching(/^error: stdout must .*\n next: .*\n code: DISK_FULL \(exit 8\)\n$/),
    });
  },
);

it('C18: a signal that comes before the engine is loaded is not lost', async () => {
  const folder = await temporaryFolder('stopped');
  // Signals itself when the command line's own library is looked for.
  const early = `import { registerHooks } from 'node:module';
    const hooks = registerHooks({ resolve(name, context, next) {
      if (name !== 'commander') return next(name, context);
      hooks.deregister();
      process.kill(process.pid, 'SIGTERM');
      return next(name, context);
    } });`;
  const preload = `--import=data:text/javascript,${encodeURIComponent(early)}`;
  const { code, stderr } = await new Ballast(folder, { NODE_OPTIONS: preload }).run('list');
  expect({ code, stderr }).toEqual({ code: 75, stderr: expect.stringContaining('SIGTERM stopped it') });
});

it.each(['config.json', 'ballast-home/config.json', 'ballast-home/key'])(
  'a pipe is not waited for: %s',
  async (pipe) => {
    const folder = await temporaryFolder('stopped');
    await mkdir(join(folder, dirname(pipe)), { recursive: true });
    await promisify(execFile)('mkfifo', ['-m', '600', join(folder, pipe)]);
    const { error } = await new Ballast(folder).json<Failed>(2, 'list');
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(pipe) });
  },
);

it.each(['/proc/x', '/proc/x/y', '/dev/null', '/dev/null/x'])('BALLAST_HOME=%s is named', async (home) => {
  const folder = await temporaryFolder('stopped');
  const ballast = new Ballast(folder, { BALLAST_HOME: home });
  const { error } = await ballast.json<Failed>(8, 'list');
  expect(error).toMatchObject({
    code: 'FILE_SYSTEM',
    message: expect.stringContaining(`BALLAST_HOME (${home})`),
  });
});
