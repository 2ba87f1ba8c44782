/**
 * What must hold of the sources themselves: format and lint, types, nothing unused, and the rules of test/rules.
 * `npm run check` runs all of it; scripts/test.ts leaves out the rules, which are tests already.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** Added to this process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

const formatAndLint: Step = {
  name: 'format and lint',
  args: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
};
const types: Step = { name: 'types', args: ['node_modules/typescript/bin/tsc', '-p', '.'] };
const unused: Step = { name: 'nothing unused', args: ['node_modules/knip/bin/knip.js'] };
const rules: Step = { name: 'rules', args: ['node_modules/vitest/vitest.mjs', 'run', 'test/rules'] };

export const sourceSteps: readonly Step[] = [formatAndLint, types, unused];

/** Runs one step with its output shown. True when it passed. */
export function passes(step: Step): boolean {
  const env = { ...process.env, ...step.env };
  const done = spawnSync(process.execPath, step.args, { cwd: root, env, stdio: 'inherit' });
  console.log(`${done.status === 0 ? 'ok' : 'FAILED'}: ${step.name}`);
  return done.status === 0;
}

if (import.meta.main) {
  // Every step runs, so that one look shows all there is to mend.
  const failed = [...sourceSteps, rules].filter((step) => !passes(step));
  if (failed.length > 0) process.exitCode = 1;
}
