/**
 * `npm run test:deep [word …]`: what proves the contract and is too long for `npm test`, one step after the other; with
 * words, the steps whose name has one of them. The last line is the count.
 */
import { passes, type Step } from './check.ts';

const CONTRACT = 'registry-contract';

/** From the quickest to the longest. */
const STEPS: readonly Step[] = [
  { name: 'slither', args: [`${CONTRACT}/scripts/slither.ts`] },
  { name: 'SMTChecker', args: [`${CONTRACT}/scripts/smt.ts`] },
  { name: 'coverage: every branch of the contract', args: [`${CONTRACT}/scripts/coverage.ts`] },
  { name: 'halmos: proofs', args: ['scripts/test.ts', `${CONTRACT}/test/halmos`] },
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
  { name: 'mutants: the suites find each', args: [`${CONTRACT}/scripts/mutation.ts`] },
  {
    name: 'Hardhat: 10,000 samples a property, invariants 256 × 500',
    args: ['node_modules/hardhat/dist/src/cli.js', 'test', 'solidity', '--test-profile', 'deep'].concat(
      '--config',
      `${CONTRACT}/hardhat.config.ts`,
    ),
  },
  {
    name: 'forge: 10,000 samples a property, invariants 256 × 500',
    args: [`${CONTRACT}/scripts/forge.ts`, 'test'],
    env: { FOUNDRY_PROFILE: 'deep' },
  },
];

const words = process.argv.slice(2);
const chosen = STEPS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const passed = chosen.filter(passes).length;
console.log(`${passed} passed, ${chosen.length - passed} failed, 0 skipped`);
if (passed < chosen.length || passed === 0) process.exitCode = 1;
