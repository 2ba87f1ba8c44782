import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyse, hasAnalysers } from '../scripts/foundry.ts';

interface Proof {
  readonly name: string;
  readonly exitcode: number;
  readonly num_bounded_loops: number;
}

/** Every `check_` function of test/symbolic holds for all inputs, not for samples. */
describe.skipIf(!hasAnalysers)('halmos (none found: BALLAST_TEST_ANALYSERS)', async () => {
  const { output, contracts } = hasAnalysers ? await prove() : { output: '', contracts: [] };

  describe.each(contracts)('%s', (_, proofs) => {
    test.each(proofs)('$name', ({ exitcode, num_bounded_loops: cutLoops }) => {
      expect(exitcode, output).toBe(0);
      // A loop that was not followed to its end would leave inputs out.
      expect(cutLoops, output).toBe(0);
    });
  });

  test('proved something', () => {
    expect(contracts.length, output).toBeGreaterThan(0);
  });
});

async function prove(): Promise<{ output: string; contracts: [string, Proof[]][] }> {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-halmos-'));
  try {
    const report = join(folder, 'report.json');
    const args = ['--forge-build-out', 'cache/halmos/out', '--no-status', '--json-output', report];
    const { stdout, stderr } = await analyse('halmos', args, 'halmos');
    const text = await readFile(report, 'utf8').catch(() => '{}');
    const { test_results: results } = { test_results: {}, ...JSON.parse(text) };
    return { output: stdout + stderr, contracts: Object.entries(results as Record<string, Proof[]>) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
