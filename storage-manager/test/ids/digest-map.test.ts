import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Digest, digestFromBytes, digestOf } from '../../src/ids/digest.ts';
import { DigestMap } from '../../src/ids/digest-map.ts';

/** Few, so that the same come again. */
const few = fc
  .tuple(fc.nat(3), fc.nat(255))
  .map(([head, last]) => digestFromBytes(Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? head : last))));

test('it is a map', () => {
  const writes = fc.array(fc.tuple(few, fc.maxSafeNat()), { maxLength: 300 });
  fc.assert(
    fc.property(writes, few, (pairs, other) => {
      const map = new DigestMap();
      const model = new Map<Digest, number>();
      for (const [digest, value] of pairs) {
        map.set(digest, value);
        model.set(digest, value);
      }
      for (const digest of [other, ...model.keys()]) {
        expect(map.get(digest)).toBe(model.get(digest));
        expect(map.has(digest)).toBe(model.has(digest));
      }
      expect(map.size).toBe(model.size);
    }),
  );
});

test('it grows to 20,000 entries and keeps 0 apart from absent', () => {
  const map = new DigestMap();
  const name = (i: number) => digestOf(new TextEncoder().encode(`${i}`));
  for (let i = 0; i < 20_000; i += 1) map.set(name(i), i);
  for (let i = 0; i < 20_000; i += 1) expect(map.get(name(i))).toBe(i);
  expect(map.size).toBe(20_000);
  expect(map.get(name(-1))).toBeUndefined();
});

/** Made by somebody who has hashed nothing: equal but for one word. */
const MADE: readonly (readonly [string, (at: DataView, i: number) => void])[] = [
  ['end', (view, i) => view.setUint32(28, i)],
  ['end, upwards', (view, i) => view.setUint32(28, i, true)],
  ['begin', (view, i) => view.setUint32(0, i, true)],
  ['differ in upper bits', (view, i) => view.setUint32(12, i << 14, true)],
];

test.each(MADE)('B10: 40,000 digests that only %s otherwise do not fall into one place', (_name, put) => {
  const map = new DigestMap();
  const bytes = new Uint8Array(32);
  const began = performance.now();
  for (let i = 0; i < 40_000; i += 1) {
    put(new DataView(bytes.buffer), i);
    map.set(digestFromBytes(bytes), i);
  }
  // Beside each other they took 74 s.
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(map.size).toBe(40_000);
});
