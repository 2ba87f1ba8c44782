import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { generatedFiles } from '../scripts/generated.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const hardhat = join(
  dirname(createRequire(import.meta.url).resolve('hardhat/package.json')),
  'dist/src/cli.js',
);

/** Each Solidity test is a test here too, so that it is counted and named. */
const { suites, output, exitCode } = await runSolidityTests();

describe.each(suites)('$contract', ({ tests }) => {
  test.each(tests)('$name', ({ passed }) => {
    expect(passed, output).toBe(true);
  });
});

test('Hardhat compiled without warnings, ran the Solidity tests and was content', () => {
  expect(suites.length, output).toBeGreaterThan(0);
  expect(output).not.toContain('Warning:');
  expect(exitCode, output).toBe(0);
});

/** Written by Hardhat's compiler and by the compiler alone; what the two make of the sources is compared beside this file. */
test.each([...(await generatedFiles())])(
  '%s is current (else: node registry-contract/scripts/generate.ts)',
  async (path, text) => {
    expect(await readFile(join(root, path), 'utf8')).toBe(text);
  },
);

interface Suite {
  readonly contract: string;
  readonly tests: { readonly name: string; readonly passed: boolean }[];
}

async function runSolidityTests(): Promise<{ suites: Suite[]; output: string; exitCode: number | null }> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const env = { ...process.env, NO_COLOR: '1' };
  const child = execFile(process.execPath, [hardhat, 'test', 'solidity'], { cwd: root, env }, (_, out, err) =>
    resolve(out + err),
  );
  const output = await promise;
  return { suites: parse(output), output, exitCode: child.exitCode };
}

/** Reads `file:Contract`, then `✔ name` or `number) name` a line, up to the totals. */
function parse(output: string): Suite[] {
  const suites: Suite[] = [];
  for (const line of output.split('\n')) {
    if (/^\s+\d+ passing/.test(line)) break;
    const contract = /^\s+\S+\.t\.sol:(\w+)$/.exec(line)?.[1];
    if (contract !== undefined) suites.push({ contract, tests: [] });
    const [, mark, name] = /^\s+(✔|\d+\)) (\w+\(.*)$/.exec(line) ?? [];
    if (name !== undefined) suites.at(-1)?.tests.push({ name, passed: mark === '✔' });
  }
  return suites;
}
