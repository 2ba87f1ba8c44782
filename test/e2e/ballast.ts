import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const BIN = join(import.meta.dirname, '../../cli/bin/ballast.js');

export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home of its own for the state of one test, deleted after it. */
export async function temporaryFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `ballast-${name}-`));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The command line as a user has it, with all its state under one folder. */
export class Ballast {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly #under: readonly string[];

  /** @param under a command that runs the command line, such as `prlimit --nofile=64` */
  constructor(folder: string, env: Readonly<Record<string, string>> = {}, under: readonly string[] = []) {
    this.#under = under;
    this.home = join(folder, 'ballast-home');
    this.env = {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
      BALLAST_HOME: this.home,
      ...env,
    };
  }

  start(...args: readonly string[]): ChildProcess {
    const [program = '', ...rest] = [...this.#under, process.execPath, BIN, ...args];
    return spawn(program, rest, {
      env: this.env,
      cwd: this.env.HOME,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  run(...args: readonly string[]): Promise<Run> {
    return finish(this.start(...args));
  }

  /** Runs with `--json`; throws unless it exits with `exit`. */
  async json<T>(exit: number, ...args: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run(...args, '--json');
    if (code !== exit)
      throw new Error(`ballast ${args.join(' ')}: exit ${code}, not ${exit}\n${stdout}\n${stderr}`);
    return JSON.parse(stdout) as T;
  }
}

/** Everything a process says until it ends. */
export function finish(child: ChildProcess): Promise<Run> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (text) => {
    stdout += text;
  });
  child.stderr?.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
