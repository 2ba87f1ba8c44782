/**
 * `npm test [filter …]`: all that must pass. The last line is the count: format, lint and types stand in it beside the
 * tests. With filters only the test files whose path contains one of them run. What `.ci/run` once brought is used; where
 * BALLAST_CI is set, what it did not bring is a failure, and the quickstart is one more step. A whole run is compared with
 * docs/faults.md, or writes it where UPDATE_FAULTS is set.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startVitest, type TestCase, type TestModule } from 'vitest/node';
import { passes, type Step, sourceSteps } from './check.ts';
import { faultsPage } from './docs/faults.ts';

/** Where `.ci/run` keeps what is real, unless the environment names another place. */
const BROUGHT = {
  KUBO_BIN: 'kubo-0.41.0/ipfs',
  BALLAST_TEST_MODELS: 'test-models-1',
  BALLAST_TEST_HUB_CLIENT: 'hub-client-2.4.0',
  BALLAST_TEST_ANALYSERS: 'solidity-analysers-1',
};

const FAULTS = fileURLToPath(new URL('../docs/faults.md', import.meta.url));

/** @returns the variables whose things are nowhere: tests that need them are skipped */
function useBroughtThings(): string[] {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ballast');
  return Object.entries(BROUGHT).flatMap(([name, place]) => {
    const path = process.env[name] || join(cache, place);
    if (!existsSync(path)) return [name];
    process.env[name] = path;
    return [];
  });
}

const quickstart: Step = { name: 'quickstart', args: ['scripts/bootstrap.cjs', 'quickstart'] };

/** Why a test did not run: its own note, else the name of the outermost suite that was skipped as a whole. */
function skipReason(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  const suites: string[] = [];
  for (let at = test.parent; at.type === 'suite'; at = at.parent) suites.unshift(at.name);
  return note ? `${test.fullName}: ${note}` : (suites[0] ?? test.name);
}

/** A module that could not even be collected has failed without a test to say so. */
function brokenModules(modules: readonly TestModule[]): number {
  return modules.filter(
    (module) => module.state() === 'failed' && [...module.children.allTests()].length === 0,
  ).length;
}

/** True where docs/faults.md says what this whole run showed. */
function faultsAreTold(tests: readonly TestCase[]): boolean {
  const old = readFileSync(FAULTS, 'utf8');
  const { text, problems } = faultsPage(
    old,
    tests.map((test) => ({
      file: test.module.relativeModuleId,
      fullName: test.fullName,
      state: test.result().state,
    })),
  );
  if (process.env.UPDATE_FAULTS) writeFileSync(FAULTS, text);
  else if (text !== old)
    problems.push('docs/faults.md is not what this run shows: run UPDATE_FAULTS=1 npm test');
  for (const problem of problems) console.log(`FAILED: ${problem}`);
  return problems.length === 0;
}

const missing = useBroughtThings();
const ci = Boolean(process.env.BALLAST_CI);
const filters = process.argv.slice(2);
const steps = filters.length > 0 ? [] : [...sourceSteps, ...(ci ? [quickstart] : [])];
const passedSteps = steps.filter(passes).length;
const missed = ci ? missing : [];
for (const name of missed) console.log(`FAILED: ${name} was not brought, see above`);

const vitest = await startVitest('test', filters, { watch: false });
const modules = vitest.state.getTestModules();
const tests = modules.flatMap((module) => [...module.children.allTests()]);
const unhandled = vitest.state.getUnhandledErrors().length;
await vitest.close();

const skipped = tests.filter((test) => test.result().state === 'skipped');
const told = steps.length > 0 ? [faultsAreTold(tests)] : [];
const passed =
  passedSteps + told.filter(Boolean).length + tests.filter((test) => test.result().state === 'passed').length;
const failed =
  missed.length +
  steps.length -
  passedSteps +
  brokenModules(modules) +
  unhandled +
  told.filter((one) => !one).length +
  tests.filter((test) => test.result().state === 'failed').length;

for (const [file, group] of Map.groupBy(skipped, (test) => test.module.relativeModuleId)) {
  for (const [reason, cases] of Map.groupBy(group, skipReason)) {
    console.log(`skipped: ${file}: ${reason} (${cases.length})`);
  }
}
if (failed > 0 || passed === 0) process.exitCode = 1;
console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
