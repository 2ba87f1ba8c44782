import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type Command, measure, type Sample } from './measure.ts';
import type { Taken } from './results.ts';
import type { Tool } from './tools.ts';

const run = promisify(execFile);

/** What one tool took in one round, by step. */
export type Steps = Readonly<Record<string, Sample>>;

/**
 * Each tool's steps in turns (A B A B …), so that what slows the machine for a while slows all. A tool that fails once, or
 * gives back other bytes, has no samples but its failure.
 * @returns what a tool took in a step, once a round
 */
export async function rounds(
  count: number,
  tools: Readonly<Record<string, () => Promise<Steps>>>,
): Promise<(tool: string, step: string) => Taken> {
  const taken = new Map<string, Steps[]>(Object.keys(tools).map((tool) => [tool, []]));
  const failures = new Map<string, string>();
  for (let round = 1; round <= count; round += 1)
    for (const [tool, turn] of Object.entries(tools)) {
      if (failures.has(tool)) continue;
      try {
        const steps = await turn();
        taken.get(tool)?.push(steps);
        console.error(`${round} of ${count}, ${tool}: ${stepsText(steps)}`);
      } catch (error) {
        failures.set(tool, reason(error));
        console.error(`${round} of ${count}, ${tool}: ${error}`);
      }
    }
  return (tool, step) =>
    failures.get(tool) ??
    taken.get(tool)!.map((steps) => {
      if (steps[step] === undefined) throw new Error(`${tool} has no step ${step}`);
      return steps[step];
    });
}

/** Why a row is void. */
export function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 200);
}

function stepsText(steps: Steps): string {
  return Object.entries(steps)
    .map(([step, { seconds }]) => `${step} ${seconds.toFixed(2)} s`)
    .join(', ');
}

/** Commands one after the other, as one sample. */
async function together(commands: readonly Command[]): Promise<Sample> {
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

/** Fetches a version, the last unless named, and compares it with what should come out; only the fetch is timed. */
export function fetchBack(tool: Tool, folder: string, out: string, version?: number): Promise<Sample> {
  return compared(folder, out, tool.fetch(out, version));
}

/** Runs commands that make `out`, which must then be equal to `folder`, file by file, byte by byte. */
export async function compared(folder: string, out: string, commands: readonly Command[]): Promise<Sample> {
  await settle();
  try {
    const sample = await together(commands);
    await run('diff', ['--recursive', folder, out]);
    return sample;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** What an earlier run left to be written does not slow the next one. */
export async function settle(): Promise<void> {
  await run('sync');
}

/** posix_fadvise(2) of each file below a folder, which Node has no call for. */
const FORGET = `
import os, sys
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        file = os.open(os.path.join(folder, name), os.O_RDONLY)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)
`;

/** Takes a folder's files, and no others, out of the page cache: programs start as fast as ever. */
export async function forget(folder: string): Promise<void> {
  await settle();
  await run('python3', ['-c', FORGET, folder]);
}
