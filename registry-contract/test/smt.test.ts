import { expect, test } from 'vitest';
import { hasAnalysers } from '../scripts/foundry.ts';
import { check, TARGETS } from '../scripts/smt.ts';

test.skipIf(!hasAnalysers).each(TARGETS)(
  'SMTChecker proves all it asks of $file (none found: BALLAST_TEST_ANALYSERS)',
  (target) => {
    const { proved, open } = check(target);
    expect(open).toEqual([]);
    expect(proved).toBeGreaterThan(0);
  },
  300_000,
);
