import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { plainModel, writeModel } from '../models.ts';
import { type Context, figureRow, type Row, voidRow } from '../results.ts';
import { settle } from '../runner.ts';
import { ballast } from '../tools.ts';

/** What a publish is doing until the line of `DEBUG=1` appears in which these words stand. */
const STEPS = [
  ['load the program and the configuration', 'debug: home'],
  ['open chain, stores and journal, scan the source', 'debug: opened'],
  ['read, cut, hash, digest, write; sync and seal', 'debug: sealed'],
  ['start the private chain, ask for the next version', 'debug: version'],
  ['manifest, promise to keep', 'protects'],
  ['read back and hash, ask for the price', 'known on chain'],
  ['execute the transactions', 'debug: registered'],
] as const;

/** Where the time of a publish goes, step by step. */
export async function stepRows({ folder, bytes, rounds }: Context): Promise<Row[]> {
  const source = join(folder, 'steps-model');
  await writeModel(source, plainModel(bytes));
  const seconds: number[][] = [];
  for (let round = 0; round < rounds; round += 1) seconds.push(await stepsOf(folder, source));
  await rm(source, { recursive: true });
  const names = [...STEPS.map(([name]) => name), 'end: stop threads and chain'];
  return names.map((name, step) => {
    const values = seconds.flatMap((round) => round[step] ?? []);
    const row = `step of publish: ${name}`;
    if (values.length < rounds) return voidRow(row, 'DEBUG=1 did not tell');
    return figureRow(row, values, (value) => `${value.toFixed(2)} s`, null);
  });
}

/** Seconds of each step; fewer where a line was missing. */
async function stepsOf(folder: string, source: string): Promise<number[]> {
  const tool = ballast(join(folder, 'steps'));
  await tool.fresh();
  await settle();
  const { argv, env } = tool.store(source);
  const [program, ...args] = argv;
  const ends = [performance.now()];
  const child = spawn(program, args, { env: { ...env, DEBUG: '1' }, stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(child, 'close');
  for await (const line of createInterface(child.stderr)) {
    const next = STEPS[ends.length - 1];
    if (next !== undefined && line.includes(next[1])) ends.push(performance.now());
  }
  await closed;
  ends.push(performance.now());
  return ends.slice(1).map((end, step) => (end - ends[step]!) / 1000);
}
