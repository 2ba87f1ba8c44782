import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Digest, digestFromBytes, digestOf } from '../../src/ids/digest.ts';
import { DigestMap } from '../../src/ids/digest-map.ts';

/** Digests that differ in their last byte only share one place of the table. */
const colliding = fc
  .tuple(fc.nat(3), fc.nat(255))
  .map(([head, last]) => digestFromBytes(Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? head : last))));

test('it is a map, also where all digests collide', () => {
  const writes = fc.array(fc.tuple(colliding, fc.maxSafeNat()), { maxLength: 300 });
  fc.assert(
    fc.property(writes, colliding, (pairs, other) => {
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
