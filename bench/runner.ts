import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type Command, inTurns, measure, type Sample } from './measure.ts';
import type { Taken } from './results.ts';
import type { Tool } from './tools.ts';

const run = promisify(execFile);

/** Rounds in turns; a tool that fails once, or gives back other bytes, has no samples but its failure. */
export async function rounds<Name extends string>(
  count: number,
  runs: Readonly<Record<Name, () => Promise<Sample>>>,
): Promise<Record<Name, Taken>> {
  const failures = new Map<string, string>();
  const nothing: Sample = { seconds: Number.NaN, cpuSeconds: Number.NaN, peakBytes: 0 };
  const guarded = Object.fromEntries(
    (Object.keys(runs) as Name[]).map((name) => [
      name,
      async () => {
        if (failures.has(name)) return nothing;
        try {
          return await runs[name]();
        } catch (error) {
          failures.set(name, `void: ${String(error).slice(0, 200)}`);
          console.error(`${name}: ${error}`);
          return nothing;
        }
      },
    ]),
  ) as Record<Name, () => Promise<Sample>>;
  const samples: Record<Name, Taken> = await inTurns(count, guarded);
  for (const [name, failure] of failures) samples[name as Name] = failure;
  return samples;
}

/** Commands one after the other, as one sample. */
export async function together(commands: readonly Command[]): Promise<Sample> {
  let sum: Sample = { seconds: 0, cpuSeconds: 0, peakBytes: 0 };
  for (const command of commands) {
    const { seconds, cpuSeconds, peakBytes } = await measure(command);
    sum = {
      seconds: sum.seconds + seconds,
      cpuSeconds: sum.cpuSeconds + cpuSeconds,
      peakBytes: Math.max(sum.peakBytes, peakBytes),
    };
  }
  return sum;
}

/** Stores into an empty repository. */
export async function storeAnew(tool: Tool, folder: string): Promise<Sample> {
  if (tool.version === null) throw new Error(`${tool.name} is not installed`);
  await tool.fresh();
  await settle();
  return measure(tool.store(folder));
}

/** Fetches what was stored last, and compares it with what should come out. */
export async function fetchBack(tool: Tool, folder: string, out: string): Promise<Sample> {
  await settle();
  const sample = await together(tool.fetch(out));
  await sameBytes(folder, out);
  await rm(out, { recursive: true });
  return sample;
}

/** Throws unless the trees are equal, file by file, byte by byte. */
export async function sameBytes(expected: string, actual: string): Promise<void> {
  await run('diff', ['--recursive', expected, actual]);
}

/** What an earlier run left to be written does not slow the next one. */
export async function settle(): Promise<void> {
  await run('sync');
}
