/**
 * `npm run test:deep [word …]`: what proves the contract and is too long for `npm test`, one step after the other; with
 * words, the steps whose name has one of them. The last line is the count.
 */
import { randomBytes } from 'node:crypto';
import { passes, type Step } from './check.ts';

const CONTRACT = 'registry-contract';

/** New in each run, where `npm test` repeats the same samples: the same seed finds again what this one finds. */
const seed = process.env.BALLAST_FUZZ_SEED ?? `0x${randomBytes(8).toString('hex')}`;

/** From the quickest to the longest. */
const STEPS: readonly Step[] = [
  { name: 'slither', args: [`${CONTRACT}/scripts/slither.ts`] },
  { name: 'SMTChecker', args: [`${CONTRACT}/scripts/smt.ts`] },
  { name: 'coverage: every branch of the contract', args: [`${CONTRACT}/scripts/coverage.ts`] },
  {
    name: '1 TB: all of its 312 transactions',
    args: ['scripts/test.ts', `${CONTRACT}/test/large-release`],
    env: { BALLAST_DEEP: '1' },
  },
  {
    name: 'indexer: 8 new histories of 400 blocks',
    args: ['scripts/test.ts', `${CONTRACT}/test/indexer`],
    env: { BALLAST_DEEP: '1' },
  },
  {
    name: 'halmos: proofs for every input, the long ones too',
    args: ['scripts/test.ts', `${CONTRACT}/test/halmos`],
    env: { BALLAST_DEEP: '1' },
  },
  { name: 'halmos: planted mistakes break their proofs', args: [`${CONTRACT}/scripts/proofs.ts`] },
  { name: 'mutants: the suites find each', args: [`${CONTRACT}/scripts/mutation.ts`] },
  {
    name: 'Hardhat: 10,000 samples a property, invariants 256 × 500',
    args: ['node_modules/hardhat/dist/src/cli.js', 'test', 'solidity', '--test-profile', 'deep'].concat(
      '--config',
      `${CONTRACT}/hardhat.config.ts`,
    ),
    env: { BALLAST_FUZZ_SEED: seed },
  },
  {
    name: 'forge: 10,000 samples a property, invariants 256 × 500',
    args: [`${CONTRACT}/scripts/forge.ts`, 'test'],
    env: { FOUNDRY_PROFILE: 'deep', FOUNDRY_FUZZ_SEED: seed },
  },
];

console.log(`samples by BALLAST_FUZZ_SEED=${seed}`);
const words = process.argv.slice(2);
const chosen = STEPS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const passed = chosen.filter(passes).length;
console.log(`${passed} passed, ${chosen.length - passed} failed, 0 skipped`);
if (passed < chosen.length || passed === 0) process.exitCode = 1;
