import { execFileSync, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What becomes of a call; `fs-shim.c` says which calls each one counts. */
export type FaultMode =
  | 'kill'
  | 'enospc'
  | 'edquot'
  | 'erofs'
  | 'eio'
  | 'sync'
  | 'emfile'
  | 'short'
  | 'eintr';

export interface FsFault {
  readonly mode: FaultMode;
  /** Number of the first call that is faulted, from 1. */
  readonly at: number;
  /** That one alone (default: every one from it on). */
  readonly once?: boolean | undefined;
}

/** How a program ended. */
export interface Ended {
  readonly output: string;
  readonly errors: string;
  /** Null when a signal ended it. */
  readonly exit: number | null;
}

/** Whether a C compiler can build the shim here. */
export const canBuildShim: boolean = (() => {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return process.platform === 'linux';
  } catch {
    return false;
  }
})();

/** Faults the file-system calls of Node programs. */
export class FsShim {
  readonly #folder: string;
  readonly #library: string;

  /** Builds it into `folder`, where it also keeps what Node has compiled, so that each run starts in half the time. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#library = join(folder, 'fs-shim.so');
    const source = join(import.meta.dirname, 'fs-shim.c');
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', this.#library, source, '-ldl']);
  }

  /** Runs a Node program of which the calls that change files under `folder` are faulted. */
  run(folder: string, program: readonly string[], { mode, at, once = false }: FsFault): Promise<Ended> {
    return this.#spawn(program, {
      ...{ FAULT_DIR: folder, FAULT_MODE: mode, FAULT_AT: String(at) },
      ...(once && { FAULT_ONCE: '1' }),
    });
  }

  /** How many calls of a whole run `mode` could fault. @throws Error where the program itself fails */
  async count(folder: string, program: readonly string[], mode: FaultMode): Promise<number> {
    const file = join(this.#folder, 'calls.txt');
    const env = { FAULT_DIR: folder, FAULT_MODE: mode, FAULT_COUNT: file };
    const { exit, output, errors } = await this.#spawn(program, env);
    if (exit !== 0) throw new Error(`the run without a fault ended with ${exit}: ${output}${errors}`);
    return Number(await readFile(file, 'utf8'));
  }

  #spawn(program: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
    const child = spawn(process.execPath, ['--conditions=ballast-source', ...program], {
      env: {
        ...process.env,
        NODE_COMPILE_CACHE: join(this.#folder, 'compiled'),
        LD_PRELOAD: this.#library,
        ...env,
      },
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
}
