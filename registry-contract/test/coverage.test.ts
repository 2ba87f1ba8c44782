import { expect, test } from 'vitest';
import { missesOf, uncovered } from '../scripts/coverage.ts';

test('the Solidity tests run every line and take every branch of contracts/', async () => {
  expect(await uncovered()).toEqual([]);
}, 300_000);

test('the report names lines and branches that were missed, in contracts/ alone', () => {
  const lcov = 'SF:contracts/A.sol\nDA:3,0\nDA:4,2\nBRDA:5,0,0,-\nBRDA:5,0,1,7\nSF:test/B.sol\nDA:1,0\n';
  expect(missesOf(lcov)).toEqual([
    'contracts/A.sol:3 is never run',
    'contracts/A.sol:5 has a branch that is never taken',
  ]);
});
