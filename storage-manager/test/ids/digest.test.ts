import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { digestFromBytes, digestOf, digestToBytes, digestToHex, parseDigest } from '../../src/ids/digest.ts';
import { runningSha256 } from '../../src/ids/hash.ts';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

test('the digest of nothing is the one of FIPS 180-4', () => {
  expect(digestOf(new Uint8Array())).toBe(EMPTY);
  expect(digestToHex(digestOf(new Uint8Array()))).toBe(`0x${EMPTY}`);
});

test.each([
  ['upper case', EMPTY.toUpperCase()],
  ['short', EMPTY.slice(1)],
  ['long', `${EMPTY}0`],
  ['a line break behind', `${EMPTY}\n`],
  ['0x before', `0x${EMPTY.slice(2)}`],
  ['a prefix', `sha256:${EMPTY}`],
  ['a path', 'sha256:../../x'],
  ['no hex', 'g'.repeat(64)],
  ['nothing', ''],
])('B15: a digest in text with %s is refused', (_, text) => {
  expect(() => parseDigest(text)).toThrow(UsageError);
});

test.each([0, 31, 33, 64])('B15: %i bytes are no digest', (length) => {
  expect(() => digestFromBytes(new Uint8Array(length))).toThrow(UsageError);
});

test('text and bytes are the same digest, in any view', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(7), (bytes, shift) => {
      const shared = new Uint8Array(new SharedArrayBuffer(40), shift, 32);
      shared.set(bytes);
      const digest = digestFromBytes(shared);
      expect(parseDigest(digest)).toBe(digest);
      expect([...digestToBytes(digest)]).toEqual([...bytes]);
    }),
  );
});

test('a hash fed in pieces is the hash of the whole', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 100 })), (pieces) => {
      const running = runningSha256();
      for (const piece of pieces) running.update(piece);
      const whole = createHash('sha256').update(Buffer.concat(pieces)).digest('hex');
      expect(running.digest()).toBe(whole);
      expect(digestOf(Buffer.concat(pieces))).toBe(whole);
    }),
  );
});
