import { expect, test } from 'vitest';
import { coverage, coverageOf, summary } from '../scripts/coverage.ts';

test('the Solidity tests run every line and take every branch of contracts/', async () => {
  const found = await coverage();
  console.log(summary(found));
  expect(found.misses).toEqual([]);
  expect(found.branches).toBeGreaterThan(0);
}, 300_000);

test('the report names lines and branches that were missed, in contracts/ alone', () => {
  const lcov = 'SF:contracts/A.sol\nDA:3,0\nDA:4,2\nBRDA:5,0,0,-\nBRDA:5,0,1,7\nSF:test/B.sol\nDA:1,0\n';
  expect(coverageOf(lcov)).toEqual({
    lines: 2,
    branches: 2,
    misses: ['contracts/A.sol:3 is never run', 'contracts/A.sol:5 has a branch that is never taken'],
  });
});
