import { createRequire } from 'node:module';
import { defineConfig } from 'hardhat/config';

// The npm compiler, by path: nothing is downloaded. `version` must be that of the solc package.
const path = createRequire(import.meta.url).resolve('solc/soljson.js');

const test = { fsPermissions: { readDirectory: ['vectors'] } };
/** The same samples in each run, unless `npm run test:deep` draws new ones. */
const seed = process.env.BALLAST_FUZZ_SEED ?? '0x42414c4c415354';

/**
 * One set of settings for tests, gas figures and what ships. `prague` has no opcode that older L2s lack, and without a
 * metadata hash the bytecode depends on the code alone.
 */
export const settings = {
  optimizer: { enabled: true, runs: 1_000 },
  evmVersion: 'prague',
  metadata: { bytecodeHash: 'none' },
};

export default defineConfig({
  solidity: {
    version: '0.8.37',
    path,
    settings,
    npmFilesToBuild: ['@openzeppelin/contracts/access/manager/AccessManager.sol'],
  },
  paths: { tests: { solidity: './test' } },
  test: {
    solidity: {
      profiles: {
        default: {
          ...test,
          fuzz: { runs: 1_000, seed },
          invariant: { runs: 32, depth: 64, failOnRevert: true },
        },
        // npm run test:deep
        deep: {
          ...test,
          fuzz: { runs: 10_000, seed },
          invariant: { runs: 256, depth: 500, failOnRevert: true },
        },
      },
    },
  },
});
