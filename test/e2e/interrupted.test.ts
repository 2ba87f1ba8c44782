/** Signals at every step of the flow: exit 75 in time, the same command goes on, and nothing stays behind. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { treeDigests, writeTree } from '@ballast-models/storage-manager/testing';
import { expect, test } from 'vitest';
import { Ballast, finish, type Run, temporaryFolder } from './ballast.ts';
import type { Retrieved, Stored, Verified } from './documents.ts';

const PROMISED_MS = 10_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const BIN = join(import.meta.dirname, '../../cli/bin/ballast.js');

/** Makes the command send itself each signal at the moment at which it says, for DEBUG, that it is at this step. */
function signalAt(step: string, signals: readonly NodeJS.Signals[]): string {
  const code = `import { isMainThread } from 'node:worker_threads';
    const signals = ${JSON.stringify(signals)};
    const write = process.stderr.write.bind(process.stderr);
    if (isMainThread) process.stderr.write = (text, ...rest) => {
      const more = write(text, ...rest);
      if (String(text).includes(${JSON.stringify(step)}))
        for (const signal of signals.splice(0)) process.kill(process.pid, signal);
      return more;
    };`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

/** Runs the command, which gets these signals at this step. */
async function interrupt(
  ballast: Ballast,
  step: string,
  signals: readonly NodeJS.Signals[],
  ...command: readonly string[]
): Promise<Run> {
  const env = { ...ballast.env, NODE_OPTIONS: signalAt(step, signals) };
  const child = new Ballast(ballast.env.HOME ?? '', env).start(...command);
  let said = '';
  let sent = 0;
  child.stderr?.on('data', (text) => {
    said += text;
    if (sent === 0 && said.includes(step)) sent = performance.now();
  });
  const run = await finish(child);
  const name = `${command.join(' ')} at ${step}:\n${run.stderr}`;
  expect(sent, name).toBeGreaterThan(0);
  expect(performance.now() - sent, name).toBeLessThan(PROMISED_MS);
  return run;
}

/** One signal: the command stops, and says so with the way on. */
async function expectInterrupted(...args: Parameters<typeof interrupt>): Promise<void> {
  const { code, stderr } = await interrupt(...args);
  expect(code, stderr).toBe(75);
  expect(stderr).toContain('INTERRUPTED (exit 75)');
  expect(stderr).toContain(`${args[2][0]} stopped it`);
}

/** A second signal ends it before it can say anything. */
async function expectEndedAtOnce(
  ballast: Ballast,
  step: string,
  ...command: readonly string[]
): Promise<void> {
  const { code, stderr } = await interrupt(ballast, step, ['SIGINT', 'SIGTERM'], ...command);
  expect(code, stderr).toBe(75);
  expect(stderr).not.toContain('INTERRUPTED');
}

async function begin(): Promise<{ folder: string; source: string; ballast: Ballast }> {
  const folder = await temporaryFolder('interrupted');
  const source = await writeTree(join(folder, 'model'), { 'w.bin': randomBytes(30_000_000), 'sub/x': 'x' });
  return { folder, source, ballast: new Ballast(folder, { DEBUG: '1' }) };
}

test('C18: store, at five of its steps', async () => {
  const { source, ballast } = await begin();
  const steps = ['opened', 'step publish', 'sealed', 'protects', 'transactions,'];
  for (const [index, step] of steps.entries()) {
    const model = `model-${index}`;
    await expectInterrupted(ballast, step, [SIGNALS[index % 3]!], 'store', source, model);
    expect(await ballast.json<Stored>(0, 'store', source, model)).toMatchObject({ version: '1' });
    expect(await readdir(join(ballast.home, 'store/tmp'))).toEqual([]);
  }
  expect(await ballast.json<[]>(0, 'list', '--all')).toHaveLength(steps.length);
}, 120_000);

test('C18: retrieve, at each of its steps, and verify', async () => {
  const { folder, source, ballast } = await begin();
  await ballast.json<Stored>(0, 'store', source, 'm');
  const expected = await treeDigests(source);
  const steps = ['chunks lie right', 'step fetch', 'stands'];
  for (const [index, step] of steps.entries()) {
    const signals = [SIGNALS[index % 3]!];
    const out = join(folder, `out-${index}`);
    // Once the folder stands there is nothing left to stop.
    if (step === 'stands')
      expect(await interrupt(ballast, step, signals, 'retrieve', 'm', out)).toMatchObject({ code: 0 });
    else await expectInterrupted(ballast, step, signals, 'retrieve', 'm', out);
    await ballast.json<Retrieved>(0, 'retrieve', 'm', out);
    expect(await treeDigests(out)).toEqual(expected);
    const archive = ['retrieve', 'm', `${out}.tar`];
    await expectInterrupted(ballast, step, signals, ...archive);
    await expect(access(`${out}.tar`)).rejects.toMatchObject({ code: 'ENOENT' });
    await ballast.json<Retrieved>(0, ...archive);
  }
  expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
  await expectInterrupted(ballast, 'step verify', ['SIGTERM'], 'verify', 'm', '--full');
  expect(await ballast.json<Verified>(0, 'verify', 'm', '--full')).toMatchObject({ ok: true });
}, 120_000);

test('C18: two signals end store and retrieve at once, and the same commands go on', async () => {
  const { folder, source, ballast } = await begin();
  await expectEndedAtOnce(ballast, 'step publish', 'store', source, 'm');
  expect(await ballast.json<Stored>(0, 'store', source, 'm')).toMatchObject({ version: '1' });
  expect(await readdir(join(ballast.home, 'store/tmp'))).toEqual([]);
  await expectEndedAtOnce(ballast, 'step fetch', 'retrieve', 'm', 'out');
  await ballast.json<Retrieved>(0, 'retrieve', 'm', 'out');
  expect(await treeDigests(join(folder, 'out'))).toEqual(await treeDigests(source));
}, 120_000);

test('C18: readers that leave, and streams that are closed, end nothing badly', async () => {
  const { folder, source, ballast } = await begin();
  await ballast.json<Stored>(0, 'store', source, 'm');
  const env = { ...ballast.env, DEBUG: '' };
  const run = (line: string) =>
    promisify(execFile)(
      'bash',
      ['-c', `set -o pipefail; ballast() { "${process.execPath}" "${BIN}" "$@"; }; ${line}`],
      {
        env,
        cwd: folder,
      },
    );
  for (const command of ['list', 'info m --chunks', 'info m --chunks --json', 'verify m'])
    expect(await run(`ballast ${command} | head -1`), command).toMatchObject({ stderr: '' });
  await run('ballast info m --chunks >&-');
  await run('ballast verify m 2>&-');
  await run('ballast store model again <&- >&- 2>&-');
  await run('ballast retrieve again closed <&- >&- 2>&-');
  expect(await treeDigests(join(folder, 'closed'))).toEqual(await treeDigests(source));
  await expect(run('ballast info nobody >&- 2>&-')).rejects.toMatchObject({ code: 3 });
}, 120_000);
