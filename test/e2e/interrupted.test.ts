/** Signals at every step of the flow: exit 75 in time, the same command goes on, and nothing stays behind. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { treeDigests, writeTree } from '@ballast-models/storage-manager/testing';
import { expect, test } from 'vitest';
import { Ballast, finish, type Run, temporaryFolder } from './ballast.ts';
import type { Retrieved, Stored, Verified } from './documents.ts';

const PROMISED_MS = 10_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const BIN = join(import.meta.dirname, '../../cli/bin/ballast.js');

/** Sends each signal as soon as the command says, for DEBUG, that it is at this step. */
async function interrupt(
  ballast: Ballast,
  step: string,
  signals: readonly NodeJS.Signals[],
  ...command: readonly string[]
): Promise<Run & { milliseconds: number }> {
  const child = ballast.start(...command);
  let said = '';
  let sent = 0;
  child.stderr?.on('data', (text) => {
    said += text;
    if (sent > 0 || !said.includes(step)) return;
    sent = performance.now();
    for (const signal of signals) child.kill(signal);
  });
  const run = await finish(child);
  expect(sent, `${command.join(' ')} never said ${step}:\n${run.stderr}`).toBeGreaterThan(0);
  return { ...run, milliseconds: performance.now() - sent };
}

function expectInterrupted(run: Run & { milliseconds: number }): void {
  expect([0, 75], run.stderr).toContain(run.code);
  expect(run.milliseconds).toBeLessThan(PROMISED_MS);
  if (run.code === 75) expect(run.stderr).toMatch(/INTERRUPTED|^$/);
}

async function begin(): Promise<{ folder: string; source: string; ballast: Ballast }> {
  const folder = await temporaryFolder('interrupted');
  const source = await writeTree(join(folder, 'model'), { 'w.bin': randomBytes(30_000_000), 'sub/x': 'x' });
  return { folder, source, ballast: new Ballast(folder, { DEBUG: '1' }) };
}

test('store, at five of its steps', async () => {
  const { source, ballast } = await begin();
  const steps = ['opened', 'step publish', 'sealed', 'protects', 'transactions,'];
  for (const [index, step] of steps.entries()) {
    const model = `model-${index}`;
    expectInterrupted(await interrupt(ballast, step, [SIGNALS[index % 3]!], 'store', source, model));
    expect(await ballast.json<Stored>(0, 'store', source, model)).toMatchObject({ version: '1' });
    expect(await readdir(join(ballast.home, 'store/tmp'))).toEqual([]);
  }
  expect(await ballast.json<[]>(0, 'list', '--all')).toHaveLength(steps.length);
}, 120_000);

test('retrieve, at each of its steps, and verify', async () => {
  const { folder, source, ballast } = await begin();
  await ballast.json<Stored>(0, 'store', source, 'm');
  const expected = await treeDigests(source);
  for (const [index, step] of ['chunks lie right', 'step fetch', 'stands'].entries()) {
    const out = join(folder, `out-${index}`);
    expectInterrupted(await interrupt(ballast, step, [SIGNALS[index % 3]!], 'retrieve', 'm', out));
    await ballast.json<Retrieved>(0, 'retrieve', 'm', out);
    expect(await treeDigests(out)).toEqual(expected);
    const archive = ['retrieve', 'm', `${out}.tar`];
    expectInterrupted(await interrupt(ballast, step, [SIGNALS[index % 3]!], ...archive));
    await ballast.json<Retrieved>(0, ...archive, '--force');
  }
  expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
  expectInterrupted(await interrupt(ballast, 'step verify', ['SIGTERM'], 'verify', 'm', '--full'));
  expect(await ballast.json<Verified>(0, 'verify', 'm', '--full')).toMatchObject({ ok: true });
}, 120_000);

test('two signals end store and retrieve at once, and the same commands go on', async () => {
  const { folder, source, ballast } = await begin();
  const twice: NodeJS.Signals[] = ['SIGINT', 'SIGINT'];
  expectInterrupted(await interrupt(ballast, 'step publish', twice, 'store', source, 'm'));
  expect(await ballast.json<Stored>(0, 'store', source, 'm')).toMatchObject({ version: '1' });
  expect(await readdir(join(ballast.home, 'store/tmp'))).toEqual([]);
  expectInterrupted(await interrupt(ballast, 'step fetch', twice, 'retrieve', 'm', 'out'));
  await ballast.json<Retrieved>(0, 'retrieve', 'm', 'out');
  expect(await treeDigests(join(folder, 'out'))).toEqual(await treeDigests(source));
}, 120_000);

test('readers that leave, and streams that are closed, end nothing badly', async () => {
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
