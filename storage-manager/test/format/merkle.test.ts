import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../../../registry-contract/vectors/merkle.json' with { type: 'json' };
import { merkleProof, merkleRoot, segmentRoots, verifyProof } from '../../src/format/merkle.ts';
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

describe('the vectors shared with the contract', () => {
  test.each(vectors.trees)('$count digests', ({ count, root, proofs }) => {
    const list = listOf(count);
    expect(digestToHex(merkleRoot(list))).toBe(root);
    for (const { index, proof } of proofs) {
      const own = merkleProof(list, index);
      expect(own.map(digestToHex)).toEqual(proof);
      expect(verifyProof({ root: merkleRoot(list), count, index, digest: list.at(index), proof: own })).toBe(
        true,
      );
    }
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
  const roots = segmentRoots(list);
  expect(roots.length).toBe(4);
  expect(merkleRoot(DigestList.of(roots))).toBe(merkleRoot(list));
  expect(roots[3]).toBe(merkleRoot(DigestList.wrap(list.packed(3 * 1024, 5))));
});

test('an empty list has no root, and no proof stands outside of the list', () => {
  expect(() => merkleRoot(new DigestList())).toThrow(RangeError);
  for (const index of [-1, 3, 0.5, Number.NaN])
    expect(() => merkleProof(listOf(3), index)).toThrow(RangeError);
});

const claim = fc.integer({ min: 1, max: 70 }).chain((count) =>
  fc.nat(count - 1).map((index) => {
    const list = listOf(count);
    return { root: merkleRoot(list), count, index, digest: list.at(index), proof: merkleProof(list, index) };
  }),
);

function flipBit(digest: Digest, bit: number): Digest {
  const bytes = Uint8Array.from(digestToBytes(digest));
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  return digestFromBytes(bytes);
}

test('no proof survives a flipped bit', () => {
  fc.assert(
    fc.property(claim, fc.nat(255), fc.nat(), (right, bit, place) => {
      expect(verifyProof(right)).toBe(true);
      expect(verifyProof({ ...right, digest: flipBit(right.digest, bit) })).toBe(false);
      expect(verifyProof({ ...right, root: flipBit(right.root, bit) })).toBe(false);
      if (right.proof.length === 0) return;
      const at = place % right.proof.length;
      expect(verifyProof({ ...right, proof: right.proof.with(at, flipBit(right.proof[at]!, bit)) })).toBe(
        false,
      );
    }),
  );
});

test('no proof survives another place or another length', () => {
  fc.assert(
    fc.property(claim, fc.integer({ min: -2, max: 80 }), (right, index) => {
      expect(verifyProof({ ...right, proof: [...right.proof, right.digest] })).toBe(false);
      if (right.proof.length > 0) expect(verifyProof({ ...right, proof: right.proof.slice(1) })).toBe(false);
      if (index !== right.index) expect(verifyProof({ ...right, index })).toBe(false);
    }),
  );
});

test('an inner node is no leaf of the same count', () => {
  const list = listOf(4);
  const inner = merkleRoot(DigestList.wrap(list.packed(0, 2)));
  const proof = merkleProof(list, 0).slice(1);
  expect(verifyProof({ root: merkleRoot(list), count: 4, index: 0, digest: inner, proof })).toBe(false);
});

test('a list whose last digest is doubled has another root', () => {
  const list = listOf(3);
  expect(merkleRoot(DigestList.of([...list, list.at(2)]))).not.toBe(merkleRoot(list));
});

test.each([
  [0, 0],
  [-1, 0],
  [1.5, 0],
  [Number.NaN, 0],
  [2 ** 53, 0],
])('a claim of %d digests at %d is false', (count, index) => {
  const digest = digestOf(new Uint8Array());
  expect(verifyProof({ root: digest, count, index, digest, proof: [] })).toBe(false);
});
