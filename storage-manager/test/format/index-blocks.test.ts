import { decode } from '@ipld/dag-cbor';
import fc from 'fast-check';
import type { CID } from 'multiformats/cid';
import { expect, test } from 'vitest';
import { ChunkList } from '../../src/format/chunk-list.ts';
import { encodeIndex, readIndexBlock } from '../../src/format/index-blocks.ts';
import { openMetadataBlock } from '../../src/format/metadata-block.ts';
import { cidText, RAW } from '../../src/ids/cid.ts';
import { digestOf } from '../../src/ids/digest.ts';
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
  for (const [i, { digest, bytes }] of blocks.entries())
    readIndexBlock(openMetadataBlock(digest, bytes, 'index'), lengths[i]!, read);
  expect([...read.digests]).toEqual([...chunks.digests]);
  expect(read.bytes).toBe(chunks.bytes);
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
