import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** `zip(strict=True)` and `int.bit_count` are the newest things that the second implementation uses. */
export const hasPython =
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0;

/** Runs a script of the second implementation; it leaves nothing in its folder. */
export function python(script: string, ...args: readonly string[]) {
  const done = spawnSync('python3', ['-B', join(import.meta.dirname, 'second', script), ...args], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  return { code: done.status, stdout: done.stdout, stderr: done.stderr };
}
