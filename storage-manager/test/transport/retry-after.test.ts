import { expect, test } from 'vitest';
import { retryAfterMs } from '../../src/transport/retry-after.ts';

const NOW = Date.parse('2026-11-21T18:00:00Z');
const MOST = 60_000;

test.each<readonly [string, string | undefined, number | null]>([
  ['no field', undefined, null],
  ['seconds', '7', 7_000],
  ['a date to come', 'Sat, 21 Nov 2026 18:00:09 GMT', 9_000],
  ['now', '0', null],
  ['for ever', '999999999', MOST],
  ['more than a number holds', '9'.repeat(400), null],
  ['1e9', '1e9', null],
  ['a negative time', '-1', null],
  ['a sign', '+5', null],
  ['a fraction', '1.5', null],
  ['hexadecimal', '0x10', null],
  ['garbage', 'soon', null],
  ['two values', '5, 7', null],
  ['nothing', '', null],
  ['a date that is over', 'Thu, 01 Jan 1970 00:00:00 GMT', null],
  ['a date of the far future', 'Fri, 31 Dec 9999 23:59:59 GMT', MOST],
  ['a date that is none', 'Xyz, 99 Abc 2026 18:00:09 GMT', null],
])('A14: Retry-After with %s', (_name, value, expected) => {
  expect(retryAfterMs(value, NOW)).toBe(expected);
});
