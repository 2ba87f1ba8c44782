/** How much memory a command takes, all its processes together. */
import { readdir, readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { type Ballast, finish } from './ballast.ts';

/** What every command keeps to, whatever it carries. */
export const LIMIT_BYTES = 256 << 20;

export interface Peak {
  readonly peak: number;
  readonly seconds: number;
}

/** Processes that serve ours and are not ours: the chain and IPFS. */
const OTHERS = ['anvil', 'ipfs'];

/** Resident bytes of a process and all its children, but for the chain and IPFS. */
async function residentBytes(root: number): Promise<number> {
  const parents = new Map<number, { parent: number; name: string; resident: number }>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const match = /^\d+ \((.*)\) \S (\d+) (?:\S+ ){19}(\d+)/s.exec(stat);
    if (match !== null) {
      parents.set(Number(entry), {
        name: match[1]!,
        parent: Number(match[2]),
        resident: Number(match[3]) * 4096,
      });
    }
  }
  const belongs = (pid: number): boolean =>
    pid === root || (parents.has(pid) && belongs(parents.get(pid)!.parent));
  let sum = 0;
  for (const [pid, { name, resident }] of parents)
    if (belongs(pid) && !OTHERS.includes(name)) sum += resident;
  return sum;
}

/** Runs a command to its end, which must be good, and looks at it every 50 ms. */
export async function peakOf(ballast: Ballast, ...args: string[]): Promise<Peak> {
  const start = performance.now();
  const child = ballast.start(...args);
  const ended = finish(child);
  let peak = 0;
  const poll = setInterval(async () => {
    peak = Math.max(peak, await residentBytes(child.pid!));
  }, 50);
  const { code, stderr } = await ended;
  clearInterval(poll);
  expect(code, stderr).toBe(0);
  return { peak, seconds: (performance.now() - start) / 1000 };
}
