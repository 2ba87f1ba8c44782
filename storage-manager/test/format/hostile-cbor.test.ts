import { decode, encode } from '@ipld/dag-cbor';
import { describe, expect, test } from 'vitest';
import { readRelease } from '../../src/format/release.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { makeRelease } from './make-release.ts';

const right = makeRelease({ a: [7] });
const manifest = right.blocks.get(right.digest)!;
const [indexDigest] = right.manifest.chunks.index;

function read(bytes: Uint8Array) {
  const digest = digestOf(bytes);
  return readRelease(digest, async (wanted) => (wanted === digest ? bytes : right.blocks.get(wanted)!));
}

/** Replaces the first occurrence of one run of bytes by another. */
function replace(from: readonly number[], to: readonly number[]): Uint8Array {
  const at = Buffer.from(manifest).indexOf(Uint8Array.from(from));
  expect(at).toBeGreaterThanOrEqual(0);
  return Buffer.concat([manifest.subarray(0, at), Uint8Array.from(to), manifest.subarray(at + from.length)]);
}

const text = (word: string) => [0x60 + word.length, ...new TextEncoder().encode(word)];
const SIZE_7 = [...text('size'), 7];

describe('B14: other spellings of the same values, which the decoder takes', () => {
  test.each([
    ['a number in more bytes than it needs', replace(SIZE_7, [...text('size'), 0x18, 7])],
    ['a float', replace(SIZE_7, [...text('size'), 0xfb, 0x40, 0x1c, 0, 0, 0, 0, 0, 0])],
    [
      'a negative zero',
      replace([...text('chunks'), 0x82, 0], [...text('chunks'), 0x82, 0xfb, 0x80, 0, 0, 0, 0, 0, 0, 0]),
    ],
    ['a list without a length', replace([...text('codecs'), 0x80], [...text('codecs'), 0x9f, 0xff])],
    ['undefined for null', replace([...text('base'), 0xf6], [...text('base'), 0xf7])],
    [
      'keys in another order',
      replace([...text('path'), ...text('a'), ...SIZE_7], [...SIZE_7, ...text('path'), ...text('a')]),
    ],
    ['bytes behind the end', Uint8Array.of(...manifest, 0)],
    ['bad UTF-8', replace(text('Llama'), text('Llama').with(3, 0xff))],
  ])('%s', async (_, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'MANIFEST_CORRUPT' });
  });
});

describe('B14: what is no manifest at all', () => {
  test.each([
    ['nothing', new Uint8Array()],
    ['JSON', new TextEncoder().encode('{"format":"ballast/1"}')],
    ['a number', encode(1)],
    ['null', encode(null)],
    ['a list', encode([])],
    ['an empty map', encode({})],
    ['100,000 nested lists', new Uint8Array(100_001).fill(0x81).with(100_000, 0x80)],
    ['a list said to hold 2^53 items', Uint8Array.of(0x9b, 0, 0x20, 0, 0, 0, 0, 0, 0)],
    ['bytes said to be 2^40', Uint8Array.of(0x5b, 0, 0, 1, 0, 0, 0, 0, 0)],
    ['a tag of another kind', Uint8Array.of(0xc1, 0)],
    ['a map that sets a prototype', Uint8Array.of(0xa1, ...text('__proto__'), 0xa0)],
    ['a key twice', Uint8Array.of(0xa2, ...text('a'), 0, ...text('a'), 0)],
    ['a key that is a number', Uint8Array.of(0xa1, 0, 0)],
  ])('%s', async (_, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'MANIFEST_CORRUPT' });
  });
});

/** Index entries replaced, under their own right hash in an otherwise right release. */
function readWithIndex(entries: unknown) {
  const bytes = encode(entries);
  const digest = digestOf(bytes);
  const release = makeRelease({ a: [7] }, { chunks: { ...right.manifest.chunks, index: [digest] } });
  return readRelease(release.digest, async (wanted) =>
    wanted === digest ? bytes : release.blocks.get(wanted)!,
  );
}

describe('B12, B13: index blocks', () => {
  const [[cid]] = decode<[[unknown]]>(right.blocks.get(indexDigest!)!);

  test.each([
    ['no list', {}],
    ['no entry', []],
    [
      'an entry too many',
      [
        [cid, 7, 7, null],
        [cid, 7, 7, null],
      ],
    ],
    ['a chunk without bytes', [[cid, 0, 0, null]]],
    ['a chunk above 1 MiB', [[cid, 1_048_577, 1_048_577, null]]],
    ['a size of 2^53', [[cid, 2 ** 53, 2 ** 53, null]]],
    ['another raw size', [[cid, 7, 8, null]]],
    ['a raw tag', [[cid, 7, 7, new Uint8Array(32)]]],
    ['three fields', [[cid, 7, 7]]],
    ['a digest without CID', [[new Uint8Array(32), 7, 7, null]]],
    [
      'a link that is not raw',
      [[right.manifest.content && decode<{ content: unknown }>(manifest).content, 7, 7, null]],
    ],
  ])('with %s are refused', async (_, entries) => {
    await expect(readWithIndex(entries)).rejects.toMatchObject({ code: 'INDEX_CORRUPT' });
  });

  test('with another size than the file’s are refused', async () => {
    await expect(readWithIndex([[cid, 8, 8, null]])).rejects.toMatchObject({ code: 'RELEASE_MISMATCH' });
  });
});
