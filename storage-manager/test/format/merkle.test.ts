import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import vectors from '../../../registry-contract/vectors/merkle.json' with { type: 'json' };
import { merkleRoot, unitRoots } from '../../src/format/merkle.ts';
import { type Digest, digestFromBytes, digestOf, digestToBytes, digestToHex } from '../../src/ids/digest.ts';
import { DigestList } from '../../src/ids/digest-list.ts';

/** As the shared vectors have it: digest i is SHA-256 of i as 8 bytes, big-endian. */
function listOf(count: number): DigestList {
  const bytes = Buffer.alloc(8);
  return DigestList.of(
    Array.from({ length: count }, (_, i) => {
      bytes.writeBigUInt64BE(BigInt(i));
      return digestOf(bytes);
    }),
  );
}

describe('B16: the vectors shared with the contract', () => {
  test.each(vectors.trees)('$count digests', ({ count, root }) => {
    expect(digestToHex(merkleRoot(listOf(count)))).toBe(root);
  });
});

/** RFC 6962's definition, without its prefixes: split at the largest power of two below the count. */
function plainRoot(digests: readonly Digest[]): Digest {
  if (digests.length === 1) return digests[0]!;
  let split = 1;
  while (split * 2 < digests.length) split *= 2;
  const halves = [digests.slice(0, split), digests.slice(split)].map((half) =>
    digestToBytes(plainRoot(half)),
  );
  return digestFromBytes(createHash('sha256').update(halves[0]!).update(halves[1]!).digest());
}

test.each([1, 2, 3, 7, 1023, 1024, 1025, 2047, 2049, 5000])(
  'the root of %i digests is that of RFC 6962',
  (count) => {
    const list = listOf(count);
    expect(merkleRoot(list)).toBe(plainRoot([...list]));
  },
);

test('segment roots compose to the root', () => {
  const list = listOf(3 * 1024 + 5);
  const roots = unitRoots(list, 1_024);
  expect(roots.length).toBe(4);
  expect(merkleRoot(DigestList.of(roots))).toBe(merkleRoot(list));
  expect(roots[3]).toBe(merkleRoot(DigestList.wrap(list.packed(3 * 1024, 5))));
});

test('an empty list has no root', () => {
  expect(() => merkleRoot(new DigestList())).toThrow(RangeError);
});

test('B16: a list whose last digest is doubled has another root', () => {
  const list = listOf(3);
  expect(merkleRoot(DigestList.of([...list, list.at(2)]))).not.toBe(merkleRoot(list));
});
