/** `node registry-contract/scripts/coverage.ts`: the lines and branches of contracts/ that no Solidity test reaches. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { forge, root } from './foundry.ts';

const REPORT = 'cache/coverage/lcov.info';

/** @throws Error with what forge says, when the tests do not compile or do not pass */
export async function uncovered(): Promise<string[]> {
  await mkdir(join(root, 'cache/coverage'), { recursive: true });
  const args = ['coverage', '--report', 'lcov', '--report-file', REPORT];
  const { stdout, stderr, exitCode } = await forge(args, 'coverage');
  if (exitCode !== 0) throw new Error(`forge coverage ended with ${exitCode}: ${stderr}${stdout}`);
  return missesOf(await readFile(join(root, REPORT), 'utf8'));
}

/** Reads an lcov report: `SF:file`, then `DA:line,times` and `BRDA:line,block,branch,times`, where `-` is never reached. */
export function missesOf(lcov: string): string[] {
  const misses: string[] = [];
  let file = '';
  for (const entry of lcov.split('\n')) {
    const [key, value = ''] = entry.split(/:(.*)/s);
    if (key === 'SF') file = value;
    if (!file.startsWith('contracts/')) continue;
    const [line, ...rest] = value.split(',');
    const times = Number(rest.at(-1)?.replace('-', '0'));
    if (key === 'DA' && times === 0) misses.push(`${file}:${line} is never run`);
    if (key === 'BRDA' && times === 0) misses.push(`${file}:${line} has a branch that is never taken`);
  }
  return [...new Set(misses)];
}

if (import.meta.main) {
  const misses = await uncovered();
  for (const miss of misses) console.log(`registry-contract/${miss}`);
  console.log(`${misses.length} places of contracts/ are not reached by a Solidity test`);
  if (misses.length > 0) process.exitCode = 1;
}
