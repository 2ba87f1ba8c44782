import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** Starting takes half as long where what was compiled before is found again. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'ballast-compile-cache') };

/** A publisher, or a whole store, as a process of its own. */
export interface Started {
  readonly child: ChildProcess;
  /** Lines that it has said so far. */
  readonly said: readonly string[];
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Runs a script of this folder. */
export function start(script: string, argument: unknown): Started {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const argv = ['--conditions=ballast-source', file, JSON.stringify(argument)];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const said: string[] = [];
  let line = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (line + text).split('\n');
    line = lines.pop() ?? '';
    said.push(...lines);
  });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const ended = once(child, 'close').then(([code, signal]) => {
    if (code !== 0 && code !== null && errors.length > 0) console.log(errors.join(''));
    return code ?? signal;
  });
  return { child, said, ended };
}

/** Removed when the test is over. */
export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-publishing-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
