/**
 * `node registry-contract/scripts/mutation.ts [word …]`: plants the mutants of scripts/mutants.ts (with words, those whose file
 * or text has one of them) one at a time in copies of this package, and runs the Solidity suites on each. Exit code 1 when one
 * survives: no test would notice that mistake.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forge } from './foundry.ts';
import { mutants } from './mutants.ts';
import { chosenOf, copyPackage, withPlanted } from './planting.ts';

/** Samples are few: a mistake that only one input in thousands shows needs a test of its own. */
process.env.FOUNDRY_FUZZ_RUNS = '64';
process.env.FOUNDRY_INVARIANT_RUNS = '8';

/** Compiles twice as fast; what a mistake does is the same. */
process.env.FOUNDRY_OPTIMIZER = 'false';

/** Tests then load the contracts' code instead of holding it, so that a mutant recompiles the contracts alone. */
process.env.FOUNDRY_DYNAMIC_TEST_LINKING = 'true';

const COPIES = 2;
const chosen = chosenOf(mutants);
const queue = [...chosen];
const survivors: string[] = [];

const folder = await mkdtemp(join(tmpdir(), 'ballast-mutants-'));
try {
  const copies = Array.from({ length: COPIES }, (_, i) => join(folder, `${i}`));
  // Proofs are halmos's business, not the fuzzers'.
  await copyPackage(copies[0]!, ['vectors', 'test'], (path) => !/\.ts$|\/symbolic$/.test(path));
  const failure = await test(copies[0]!);
  if (failure !== null) throw new Error(`The suites must pass before a mutant is planted, but: ${failure}`);
  // With what was compiled.
  for (const copy of copies.slice(1)) await cp(copies[0]!, copy, { recursive: true, verbatimSymlinks: true });
  await Promise.all(copies.map(work));
} finally {
  await rm(folder, { recursive: true, force: true });
}
for (const survivor of survivors) console.log(`SURVIVED ${survivor}`);
console.log(`${chosen.length - survivors.length} of ${chosen.length} mutants killed`);
process.exitCode = survivors.length === 0 ? 0 : 1;

/** Takes mutants until none is left. */
async function work(copy: string): Promise<void> {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const [name, original, replacement] = mutant;
    const killer = await withPlanted(copy, mutant, () => test(copy));
    const title = `${name}: ${original} => ${replacement || 'nothing'}`;
    if (killer === null) survivors.push(title);
    console.log(
      `${killer === null ? 'SURVIVED' : 'killed'} ${title}${killer === null ? '' : ` (${killer})`}`,
    );
  }
}

/** @returns the first test that failed, by name; null: all passed */
async function test(copy: string): Promise<string | null> {
  const { stdout, stderr, exitCode } = await forge(['test', '--root', copy, '--fail-fast']);
  if (exitCode === 0) return null;
  const failure = /^(?:\[FAIL.*\])? ?((?:setUp|test|invariant)\w*)\(/m.exec(stdout)?.[1];
  // What does not compile was never tested.
  if (failure === undefined) throw new Error(`forge ended without a failed test:\n${stdout}${stderr}`);
  return failure;
}
