import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestFromBytes } from '../../src/ids/digest.ts';
import { DigestList } from '../../src/ids/digest-list.ts';

const digests = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }).map(digestFromBytes), {
  maxLength: 200,
});

test('a list gives back what was pushed, whatever room it had', () => {
  fc.assert(
    fc.property(digests, fc.nat(10), (all, capacity) => {
      const list = new DigestList(capacity);
      for (const digest of all) list.push(digest);
      expect(list.count).toBe(all.length);
      expect([...list]).toEqual(all);
    }),
  );
});

test('packed digests wrap into the same list', () => {
  fc.assert(
    fc.property(digests, (all) => {
      const list = DigestList.of(all);
      expect(list.packed().byteLength).toBe(all.length * 32);
      expect([...DigestList.wrap(list.packed())]).toEqual(all);
    }),
  );
});

test('a wrapped list can grow', () => {
  const one = digestFromBytes(new Uint8Array(32).fill(1));
  const list = DigestList.wrap(DigestList.of([one]).packed());
  list.push(one);
  expect([...list]).toEqual([one, one]);
});

test('a range ends where the list ends', () => {
  const all = [1, 2, 3].map((byte) => digestFromBytes(new Uint8Array(32).fill(byte)));
  const list = DigestList.of(all);
  expect([...DigestList.wrap(list.packed(1, 5))]).toEqual(all.slice(1));
  expect(() => list.at(3)).toThrow(RangeError);
  expect(() => list.at(-1)).toThrow(RangeError);
  expect(() => DigestList.wrap(new Uint8Array(33))).toThrow(RangeError);
});
