import { describe, expect, test } from 'vitest';
import { hasAnalysers } from '../scripts/foundry.ts';
import { prove } from '../scripts/halmos.ts';

const isDeep = process.env.BALLAST_DEEP === '1';

/** Every `check_` function of test/symbolic (with BALLAST_DEEP=1 every `checkDeep_` too) holds for all inputs, not for samples. */
describe.skipIf(!hasAnalysers)('halmos (none found: BALLAST_TEST_ANALYSERS)', async () => {
  const { output, contracts } = hasAnalysers
    ? await prove(['--function', isDeep ? 'check(Deep)?_' : 'check_'])
    : { output: '', contracts: [] };

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
