import { decode, encode } from '@ipld/dag-cbor';
import fc from 'fast-check';
import type { CID } from 'multiformats/cid';
import { expect, test } from 'vitest';
import { ChunkList } from '../../src/format/chunk-list.ts';
import { encodeIndex, readIndexBlock } from '../../src/format/index-blocks.ts';
import { cidOf, cidText, RAW } from '../../src/ids/cid.ts';
import { digestOf } from '../../src/ids/digest.ts';
import type { Block } from '../../src/interfaces.ts';
import { chunkDigest } from './make-release.ts';

function listOf(count: number): ChunkList {
  const chunks = new ChunkList();
  for (let i = 0; i < count; i += 1) chunks.push(chunkDigest('c', i), (i * 7_919) % 1_048_576 || 1);
  return chunks;
}

test('an entry is CID, size, raw size, no tag', () => {
  const [block] = encodeIndex(listOf(1));
  const [[cid, ...rest]] = decode<[[CID, ...unknown[]]]>(block!.bytes);
  expect(cid.toString()).toBe(cidText(chunkDigest('c', 0), RAW));
  expect(rest).toEqual([1, 1, null]);
  expect(digestOf(block!.bytes)).toBe(block!.digest);
});

test.each([
  [0, []],
  [1, [1]],
  [8_191, [8_191]],
  [8_192, [8_192]],
  [8_193, [8_192, 1]],
  [16_384, [8_192, 8_192]],
])('%i chunks make blocks of %j entries, which read back', (count, lengths) => {
  const chunks = listOf(count);
  const blocks = [...encodeIndex(chunks)];
  expect(blocks.map(({ bytes }) => decode<unknown[]>(bytes).length)).toEqual(lengths);
  const read = new ChunkList();
  for (const [i, { digest, bytes }] of blocks.entries()) readIndexBlock(digest, bytes, lengths[i]!, read);
  expect([...read.digests]).toEqual([...chunks.digests]);
  expect(read.bytes).toBe(chunks.bytes);
});

test('what is written by hand is what a DAG-CBOR library writes', () => {
  const sizes = [1, 23, 24, 255, 256, 65_535, 65_536, 1_048_575, 1_048_576];
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...sizes), fc.integer({ min: 1, max: 1_048_576 }))),
      (list) => {
        const chunks = new ChunkList();
        for (const [i, size] of list.entries()) chunks.push(chunkDigest('w', i), size);
        const values = list.map((size, i) => [cidOf(chunkDigest('w', i), RAW), size, size, null]);
        expect([...encodeIndex(chunks)].map(({ bytes }) => bytes)).toEqual(
          list.length > 0 ? [new Uint8Array(encode(values))] : [],
        );
      },
    ),
  );
});

test('B14: any changed, missing or further byte is refused', () => {
  const chunks = listOf(40);
  const [{ digest, bytes }] = [...encodeIndex(chunks)] as [Block];
  const read = (changed: Uint8Array) => {
    const into = new ChunkList();
    readIndexBlock(digest, changed, 40, into);
    return into;
  };
  expect([...read(bytes).digests]).toEqual([...chunks.digests]);
  for (let at = 0; at < bytes.byteLength; at += 1) {
    const changed = bytes.with(at, bytes[at]! ^ (1 << (at % 8)));
    // In a digest, or the same size twice, it is another list, whose block has another hash.
    const other = () => expect([...encodeIndex(read(changed))][0]).toMatchObject({ bytes: changed });
    try {
      other();
    } catch (error) {
      expect(error).toMatchObject({ code: 'INDEX_CORRUPT' });
    }
  }
  for (let end = 0; end < bytes.byteLength; end += 1)
    expect(() => read(bytes.subarray(0, end))).toThrow(expect.objectContaining({ code: 'INDEX_CORRUPT' }));
  expect(() => read(Uint8Array.of(...bytes, 0))).toThrow(expect.objectContaining({ code: 'INDEX_CORRUPT' }));
});

test.each([
  ['a size in more bytes than it needs', [0x18, 7, 7, 0xf6]],
  ['a raw size in more bytes than it needs', [7, 0x18, 7, 0xf6]],
  ['another raw size', [7, 8, 0xf6]],
  ['undefined for null', [7, 7, 0xf7]],
  ['a float', [0xf9, 0x47, 0x00, 7, 0xf6]],
  ['a negative size', [0x26, 7, 0xf6]],
  ['a size of eight bytes', [0x1b, 0, 0, 0, 0, 0, 0, 0, 7, 7, 0xf6]],
])('%s is refused', (_, end) => {
  const chunks = new ChunkList();
  chunks.push(chunkDigest('c', 0), 7);
  const [{ digest, bytes }] = [...encodeIndex(chunks)] as [Block];
  const other = Uint8Array.of(...bytes.subarray(0, -3), ...end);
  expect(() => readIndexBlock(digest, other, 1, new ChunkList())).toThrow(
    expect.objectContaining({ code: 'INDEX_CORRUPT' }),
  );
});

test('a chunk list gives back what was pushed, whatever room it had', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2 ** 31)), fc.nat(5), (sizes, capacity) => {
      const chunks = new ChunkList(capacity);
      for (const [i, size] of sizes.entries()) chunks.push(chunkDigest('p', i), size);
      expect(sizes.map((_, i) => chunks.sizeAt(i))).toEqual(sizes);
      expect(sizes.map((_, i) => chunks.digestAt(i))).toEqual(sizes.map((_, i) => chunkDigest('p', i)));
      expect(chunks.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
      expect(() => chunks.sizeAt(sizes.length)).toThrow(RangeError);
    }),
  );
});
