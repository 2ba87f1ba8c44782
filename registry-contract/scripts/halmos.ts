/** halmos over test/symbolic: what it found, for a test and for scripts/proofs.ts. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyse, root } from './foundry.ts';

export interface Proof {
  readonly name: string;
  /** Zero: it holds. One: there is a counterexample. */
  readonly exitcode: number;
  /** Loops that were not followed to their end. */
  readonly num_bounded_loops: number;
}

export interface Proofs {
  readonly output: string;
  readonly contracts: readonly (readonly [contract: string, proofs: readonly Proof[]])[];
}

/**
 * z3 answers, not the default yices 2.6.4: of `nonce + 1`, whose low half can't overflow, that one says `sat`, with a
 * model that is none.
 * @param args of halmos, besides those for every run
 * @param folder of foundry.toml; default this package
 */
export async function prove(args: readonly string[], folder = root): Promise<Proofs> {
  const reports = await mkdtemp(join(tmpdir(), 'ballast-halmos-'));
  try {
    const report = join(reports, 'report.json');
    const all = ['--root', folder, '--forge-build-out', 'cache/halmos/out', '--no-status', '--solver', 'z3'];
    const { stdout, stderr } = await analyse('halmos', [...all, '--json-output', report, ...args], 'halmos');
    const text = await readFile(report, 'utf8').catch(() => '{}');
    const { test_results: results } = { test_results: {}, ...JSON.parse(text) };
    return { output: stdout + stderr, contracts: Object.entries(results as Record<string, Proof[]>) };
  } finally {
    await rm(reports, { recursive: true, force: true });
  }
}
