/** `node registry-contract/scripts/coverage.ts`: how many lines and branches of contracts/ the Solidity tests reach, and which not. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { forge, root } from './foundry.ts';

const REPORT = 'cache/coverage/lcov.info';

export interface Coverage {
  readonly lines: number;
  readonly branches: number;
  /** Each line that is never run and each line with a branch that is never taken. */
  readonly misses: readonly string[];
}

/** @throws Error with what forge says, when the tests do not compile or do not pass */
export async function coverage(): Promise<Coverage> {
  await mkdir(join(root, 'cache/coverage'), { recursive: true });
  const args = ['coverage', '--report', 'lcov', '--report-file', REPORT];
  const { stdout, stderr, exitCode } = await forge(args, 'coverage');
  if (exitCode !== 0) throw new Error(`forge coverage ended with ${exitCode}: ${stderr}${stdout}`);
  return coverageOf(await readFile(join(root, REPORT), 'utf8'));
}

/** Reads an lcov report: `SF:file`, then `DA:line,times` and `BRDA:line,block,branch,times`, where `-` is never reached. */
export function coverageOf(lcov: string): Coverage {
  const misses = new Set<string>();
  let [lines, branches, file] = [0, 0, ''];
  for (const entry of lcov.split('\n')) {
    const [key, value = ''] = entry.split(/:(.*)/s);
    if (key === 'SF') file = value;
    if (!file.startsWith('contracts/')) continue;
    const [line, ...rest] = value.split(',');
    const times = Number(rest.at(-1)?.replace('-', '0'));
    if (key === 'DA') lines++;
    if (key === 'BRDA') branches++;
    if (key === 'DA' && times === 0) misses.add(`${file}:${line} is never run`);
    if (key === 'BRDA' && times === 0) misses.add(`${file}:${line} has a branch that is never taken`);
  }
  return { lines, branches, misses: [...misses] };
}

/** For people, in one line. */
export function summary({ lines, branches, misses }: Coverage): string {
  return `contracts/ has ${lines} lines and ${branches} branches; ${misses.length} places are not reached by a Solidity test`;
}

if (import.meta.main) {
  const found = await coverage();
  for (const miss of found.misses) console.log(`registry-contract/${miss}`);
  console.log(summary(found));
  if (found.misses.length > 0) process.exitCode = 1;
}
