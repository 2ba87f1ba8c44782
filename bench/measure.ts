import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';

/** A program and how it is called: no shell, and of the environment only what is given here. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Long-running servers whose CPU time counts as well. */
  readonly servers?: readonly number[];
}

export interface Sample {
  readonly seconds: number;
  /** User and system time of the process, of every child it waited for, and of the servers. */
  readonly cpuSeconds: number;
  /** The most that the process tree held resident at once, looked at every 20 ms, servers apart. */
  readonly peakBytes: number;
}

/** `times` of POSIX tells the user and system time of all descendants that were waited for; with it no other tool is needed. */
const TIMED = '"$@" >&2; code=$?; times; exit $code';
const LOOK_MS = 20;

/** Runs a command to its end. @throws Error with what it printed, unless it exits with 0 */
export async function measure({ argv, env, cwd, servers = [] }: Command): Promise<Sample> {
  const before = await serverSeconds(servers);
  const start = performance.now();
  const child = spawn('/bin/sh', ['-c', TIMED, 'sh', ...argv], {
    env,
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let peakBytes = 0;
  const look = setInterval(async () => {
    peakBytes = Math.max(peakBytes, await residentBytes(child.pid ?? -1));
  }, LOOK_MS);
  const [times, printed] = [text(child.stdout), text(child.stderr)];
  const [code] = await once(child, 'close');
  const seconds = (performance.now() - start) / 1000;
  clearInterval(look);
  if (code !== 0) throw new Error(`exit ${code}: ${(await printed).trim().slice(-2_000)}\n${argv.join(' ')}`);
  const cpuSeconds = childSeconds(await times) + (await serverSeconds(servers)) - before;
  return { seconds, cpuSeconds, peakBytes };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let all = '';
  for await (const piece of stream) all += piece;
  return all;
}

/** The second line of `times`: `0m1.230000s 0m0.400000s`. */
function childSeconds(times: string): number {
  const line = times.trim().split('\n').at(-1) ?? '';
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
    0,
  );
}

interface Status {
  readonly parent: number;
  readonly ticks: number;
  readonly residentBytes: number;
}

const TICKS_A_SECOND = 100;
const PAGE_BYTES = 4096;

/** /proc/<pid>/stat, proc(5): fields 4, 14, 15 and 24. Null where the process is gone. */
async function statusOf(pid: number | string): Promise<Status | null> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const rest = line.slice(line.lastIndexOf(')') + 2).split(' ');
  if (rest.length < 22) return null;
  const [parent, user, system, pages] = [1, 11, 12, 21].map((field) => Number(rest[field]));
  return { parent: parent!, ticks: user! + system!, residentBytes: pages! * PAGE_BYTES };
}

async function residentBytes(root: number): Promise<number> {
  const all = new Map<number, Status>();
  for (const entry of await readdir('/proc')) {
    const status = /^\d+$/.test(entry) ? await statusOf(entry) : null;
    if (status !== null) all.set(Number(entry), status);
  }
  const belongs = (pid: number): boolean => {
    const parent = all.get(pid)?.parent;
    return parent !== undefined && (parent === root || belongs(parent));
  };
  let sum = 0;
  for (const [pid, status] of all) if (belongs(pid)) sum += status.residentBytes;
  return sum;
}

async function serverSeconds(servers: readonly number[]): Promise<number> {
  const all = await Promise.all(servers.map(statusOf));
  return all.reduce((sum, status) => sum + (status?.ticks ?? 0) / TICKS_A_SECOND, 0);
}
