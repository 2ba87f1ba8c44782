import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasAnalysers, root } from '../scripts/foundry.ts';
import { prove } from '../scripts/halmos.ts';

const isDeep = process.env.BALLAST_DEEP === '1';

/** Without a proof that is short enough for every run. */
const DEEP = ['EveryCall.t.sol'];

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

  test('proved something of every file', async () => {
    const proven = contracts.map(([name]) => name.slice(name.lastIndexOf('/') + 1, name.indexOf(':')));
    const files = await readdir(join(root, 'test/symbolic'));
    expect(proven.toSorted(), output).toEqual(
      files.filter((file) => file.endsWith('.t.sol') && (isDeep || !DEEP.includes(file))).toSorted(),
    );
  });
});
