import { expect, test } from 'vitest';
import { hasAnalysers } from '../scripts/foundry.ts';
import { compareFindings } from '../scripts/slither.ts';

test.skipIf(!hasAnalysers)(
  'slither finds in contracts/ what slither-findings.json explains (none found: BALLAST_TEST_ANALYSERS)',
  async () => {
    expect(await compareFindings()).toEqual({ unexplained: [], stale: [] });
  },
  300_000,
);
