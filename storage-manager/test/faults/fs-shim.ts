import { execFileSync, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** `kill`: ends the process; `enospc`: calls that need space fail; `eio`: syncs fail. */
export type FaultMode = 'kill' | 'enospc' | 'eio';

export interface Run {
  readonly output: string;
  readonly errors: string;
  /** Null when a signal ended it. */
  readonly exit: number | null;
}

/** Whether a C compiler can build the shim here. */
export function canBuildShim(): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return process.platform === 'linux';
  } catch {
    return false;
  }
}

/** Builds the shim into `folder`. @returns its path */
export function buildShim(folder: string): string {
  const library = join(folder, 'fs-shim.so');
  const source = join(import.meta.dirname, 'fs-shim.c');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']);
  return library;
}

/** Runs a TypeScript program whose calls on `folder` are faulted from number `at` (from 1) on. */
export function runFaulted(
  shim: string,
  folder: string,
  program: readonly string[],
  mode: FaultMode,
  at: number,
): Promise<Run> {
  return run(program, { LD_PRELOAD: shim, FAULT_DIR: folder, FAULT_MODE: mode, FAULT_AT: String(at) });
}

/** How many calls of a whole run `mode` could fault. */
export async function countCalls(
  shim: string,
  folder: string,
  program: readonly string[],
  mode: FaultMode,
): Promise<number> {
  const count = join(dirname(shim), 'calls.txt');
  const { exit, errors } = await run(program, {
    LD_PRELOAD: shim,
    FAULT_DIR: folder,
    FAULT_MODE: mode,
    FAULT_COUNT: count,
  });
  if (exit !== 0) throw new Error(`the run without a fault ended with ${exit}: ${errors}`);
  return Number(await readFile(count, 'utf8'));
}

function run(program: readonly string[], env: Readonly<Record<string, string>>): Promise<Run> {
  const child = spawn(process.execPath, ['--conditions=ballast-source', ...program], {
    env: { ...process.env, ...env },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit) => resolve({ output, errors, exit }));
  });
}
