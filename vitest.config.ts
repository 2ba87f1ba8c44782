import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const source = ['ballast-source'];

export default defineConfig({
  resolve: { conditions: [...source, 'module', 'node', 'default'] },
  ssr: { resolve: { conditions: [...source, 'module', 'node', 'default'], externalConditions: source } },
  test: {
    include: ['*/test/**/*.test.ts', '*/src/**/*.test.ts', 'test/**/*.test.ts'],
    pool: 'forks',
    // Two on two cores, where the default is one: much of a test is waiting for a daemon, a chain or a clock.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    execArgv: ['--conditions=ballast-source'],
    // Real daemons and a real EVM stand behind many tests; a limit only ends a hang.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
