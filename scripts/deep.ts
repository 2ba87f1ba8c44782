/**
 * `npm run test:deep [word …]`: what proves the contract and the engine and is too long for `npm test`, one step after the
 * other; with words, the steps whose name has one of them. The last line is the count.
 */
import { randomBytes } from 'node:crypto';
import { passes, type Step } from './check.ts';

const CONTRACT = 'registry-contract';
const ENGINE_TESTS = 'storage-manager/test';

/** New in each run, where `npm test` repeats the same samples: the same seed finds again what this one finds. */
const seed = process.env.BALLAST_FUZZ_SEED ?? `0x${randomBytes(8).toString('hex')}`;

/** Tests that do more where they have the time. */
const deepTests = (name: string, ...paths: readonly string[]): Step => ({
  name,
  args: ['scripts/test.ts', ...paths],
  env: { BALLAST_DEEP: '1' },
});

/** What may go wrong with bytes, disks and chains: docs/faults.md. */
const ENGINE: readonly Step[] = [
  deepTests('scenarios: 10,000 fetches from servers that fail', `${ENGINE_TESTS}/faults/scenarios`),
  deepTests('publishing: every kill, reorganisation and crowd', `${ENGINE_TESTS}/publishing`),
  deepTests('crashes: every call that changes files', `${ENGINE_TESTS}/crash`, `${ENGINE_TESTS}/cache`),
  deepTests(
    'a store of a million blocks',
    `${ENGINE_TESTS}/stores/disk-large`,
    `${ENGINE_TESTS}/stores/disk-crash`,
  ),
  deepTests('endpoints that misbehave by 1,000 seeds', `${ENGINE_TESTS}/registries/quorum-seeded`),
  deepTests('secrets in what every command prints and writes', 'test/e2e/secrets'),
  deepTests('sources: 2 GB from gateways that die', `${ENGINE_TESTS}/sources`),
  deepTests(
    'fuzz: a million inputs for each parser',
    `${ENGINE_TESTS}/fuzz`,
    `${ENGINE_TESTS}/policy/random`,
  ),
  deepTests(
    'fuzz of locks and statements',
    `${ENGINE_TESTS}/format/lockfile`,
    `${ENGINE_TESTS}/format/statement`,
  ),
];

/** From the quickest to the longest. */
const CONTRACT_PROOFS: readonly Step[] = [
  { name: 'slither', args: [`${CONTRACT}/scripts/slither.ts`] },
  { name: 'SMTChecker', args: [`${CONTRACT}/scripts/smt.ts`] },
  { name: 'coverage: every branch of the contract', args: [`${CONTRACT}/scripts/coverage.ts`] },
  deepTests('1 TB: all of its 312 transactions', `${CONTRACT}/test/large-release`),
  deepTests('indexer: 8 new histories of 400 blocks', `${CONTRACT}/test/indexer`),
  deepTests('halmos: proofs for every input, the long ones too', `${CONTRACT}/test/halmos`),
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
const chosen = [...ENGINE, ...CONTRACT_PROOFS].filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
);
const passed = chosen.filter(passes).length;
console.log(`${passed} passed, ${chosen.length - passed} failed, 0 skipped`);
if (passed < chosen.length || passed === 0) process.exitCode = 1;
