import { expect, test } from 'vitest';
import { usualMode } from '../../src/verbs/publishing/record-mode.ts';

test('the digests of up to 64 segments are logged, of more only their root', () => {
  expect([1, 65_536, 65_537, 4_000_000].map(usualMode)).toEqual(['logged', 'logged', 'root', 'root']);
});
