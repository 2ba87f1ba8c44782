import { defineConfig } from 'vitest/config';

const source = ['ballast-source'];

export default defineConfig({
  resolve: { conditions: [...source, 'module', 'node', 'default'] },
  ssr: { resolve: { conditions: [...source, 'module', 'node', 'default'], externalConditions: source } },
  test: {
    include: ['*/test/**/*.test.ts', '*/src/**/*.test.ts', 'test/**/*.test.ts'],
    pool: 'forks',
    execArgv: ['--conditions=ballast-source'],
    // Real daemons and a real EVM stand behind many tests; a limit only ends a hang.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
