import { expect, test } from 'vitest';
import { rate } from '../src/options.ts';

test.each([
  ['100000', 100_000],
  ['800k', 819_200],
  ['50M', 52_428_800],
  ['1.5m', 1_572_864],
  ['1G', 1_073_741_824],
])('--limit-rate %s is %i bytes a second, as with curl', (text, bytes) => {
  expect(rate(text)).toBe(bytes);
});

test.each(['', '0', '-1', '0.5', 'fast', '10T', '1 M', '1e6', 'M', '٣'])(
  '--limit-rate %j is refused',
  (text) => {
    expect(() => rate(text)).toThrow('like 800k or 50M');
  },
);
