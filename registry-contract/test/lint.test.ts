/** The Solidity sources are formatted (else: node registry-contract/scripts/forge.ts fmt) and give no linter cause to warn. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { forge, root } from '../scripts/foundry.ts';

test('forge fmt', async () => {
  const { stdout, stderr, exitCode } = await forge(['fmt', '--check']);
  expect({ exitCode, output: stdout + stderr }).toEqual({ exitCode: 0, output: '' });
});

test('forge lint', async () => {
  const { stdout, stderr, exitCode } = await forge(['lint', '--json']);
  const warnings = (stdout + stderr).split('\n').filter((line) => line.includes('"level"'));
  expect({ exitCode, warnings }).toEqual({ exitCode: 0, warnings: [] });
});

test('solhint', () => {
  const solhint = createRequire(import.meta.url).resolve('solhint/solhint.js');
  // --disc: don't ask the network for a newer version.
  const args = [
    solhint,
    '--disc',
    '--noPoster',
    '--max-warnings',
    '0',
    '--formatter',
    'unix',
    'contracts/**/*.sol',
  ];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect({ status, stdout: stdout.trim() }).toEqual({ status: 0, stdout: '' });
});
