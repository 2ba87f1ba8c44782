import { glob } from 'node:fs/promises';
import { keccak256 } from 'ethers';
import { describe, expect, test } from 'vitest';
import { forge, root } from '../scripts/foundry.ts';
import { accessManagerBytecode, accessManagerCodeHash, bytecode, runtimeCodeHash } from '../src/index.ts';

interface Result {
  readonly status: 'Success' | 'Failure' | 'Skipped';
  readonly reason: string | null;
  readonly counterexample: unknown;
}

type Suites = Record<string, { readonly test_results: Record<string, Result> }>;

/** The second runner: its fuzzer and its EVM are not Hardhat's. Each Solidity test is a test here too. */
const { stdout, stderr } = await forge(['test', '--json']);
const suites = Object.entries(stdout.startsWith('{') ? (JSON.parse(stdout) as Suites) : {});

describe.each(suites)('forge: %s', (_, { test_results: results }) => {
  test.each(Object.entries(results))('%s', (_, { status, reason, counterexample }) => {
    expect(status, `${reason} ${JSON.stringify(counterexample)}`).toBe('Success');
  });
});

test('forge ran every file of Solidity tests', async () => {
  const files = await Array.fromAsync(glob('test/**/*.t.sol', { cwd: root }));
  const ran = suites.map(([name]) => name.split(':')[0]!);
  const tests = files.filter((file) => !file.startsWith('test/symbolic/'));
  expect([...new Set(ran)].toSorted(), stderr + stdout).toEqual(tests.toSorted());
});

/** The generated modules are Hardhat's: hardhat.test.ts. */
test.each([
  ['ChunkedModelRegistry', bytecode, runtimeCodeHash],
  ['AccessManager', accessManagerBytecode, accessManagerCodeHash],
])('forge makes of %s what Hardhat makes of it', async (name, creation, runtimeHash) => {
  const inspect = async (field: string) => (await forge(['inspect', name, field])).stdout.trim();
  expect(await inspect('bytecode')).toBe(creation);
  expect(keccak256(await inspect('deployedBytecode'))).toBe(runtimeHash);
});
