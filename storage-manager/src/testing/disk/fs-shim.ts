import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What becomes of a call; `fs-shim.c` says which calls each one counts. */
export type FaultMode =
  | 'kill'
  | 'stop'
  | 'enospc'
  | 'edquot'
  | 'erofs'
  | 'eio'
  | 'sync'
  | 'emfile'
  | 'short'
  | 'eintr';

/** Which calls of a program are faulted, and how. */
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
export function canBuildShim(): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return process.platform === 'linux';
  } catch {
    return false;
  }
}

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
    return ended(this.#spawn(program, { ...faults(folder, mode, at), ...(once && { FAULT_ONCE: '1' }) }));
  }

  /**
   * Runs a Node program until its call number `at`, calls `look` while it stands still, and kills it, or lets it go on.
   * Where it makes fewer calls, `look` comes after its end.
   */
  async stopAt(
    folder: string,
    program: readonly string[],
    at: number,
    look: () => Promise<void>,
    then: 'kill' | 'go on' = 'kill',
  ): Promise<Ended> {
    const env = { ...faults(folder, 'stop', at), FAULT_ONCE: '1' };
    const child = this.#spawn(program, env);
    const end = ended(child);
    try {
      while (child.exitCode === null && !(await standsStill(child))) await delay(2);
      await look();
    } finally {
      child.kill(then === 'kill' ? 'SIGKILL' : 'SIGCONT');
    }
    return end;
  }

  /** How many calls of a whole run `mode` could fault. @throws Error where the program itself fails */
  async count(folder: string, program: readonly string[], mode: FaultMode): Promise<number> {
    const file = join(this.#folder, 'calls.txt');
    const env = { FAULT_DIR: folder, FAULT_MODE: mode, FAULT_COUNT: file };
    const { exit, output, errors } = await ended(this.#spawn(program, env));
    if (exit !== 0) throw new Error(`the run without a fault ended with ${exit}: ${output}${errors}`);
    return Number(await readFile(file, 'utf8'));
  }

  #spawn(program: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
    return spawn(process.execPath, ['--conditions=ballast-source', ...program], {
      env: {
        ...process.env,
        NODE_COMPILE_CACHE: join(this.#folder, 'compiled'),
        LD_PRELOAD: this.#library,
        ...env,
      },
    });
  }
}

function faults(folder: string, mode: FaultMode, at: number): Record<string, string> {
  return { FAULT_DIR: folder, FAULT_MODE: mode, FAULT_AT: String(at) };
}

function ended(child: ChildProcess): Promise<Ended> {
  let output = '';
  let errors = '';
  child.stdout?.on('data', (text) => {
    output += text;
  });
  child.stderr?.on('data', (text) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit) => resolve({ output, errors, exit }));
  });
}

/** Every thread of it: one may still be in the call that it had begun. */
async function standsStill({ pid }: ChildProcess): Promise<boolean> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const states = await Promise.all(
    tasks.map(async (task) => {
      const stat = await readFile(`/proc/${pid}/task/${task}/stat`, 'utf8').catch(() => '');
      return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    }),
  );
  return states.length > 0 && states.every((state) => state === 'T');
}
