import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkContent, type ReadBlock, readRelease } from '../../src/format/release.ts';
import type { Digest } from '../../src/ids/digest.ts';
import { makeRelease, type TreeSketch } from './make-release.ts';

const MiB = 1024 * 1024;

function reading(blocks: ReadonlyMap<Digest, Uint8Array>): ReadBlock {
  return async (digest) => blocks.get(digest) ?? Promise.reject(new Error(`no block ${digest}`));
}

const tree = fc.dictionary(
  fc.constantFrom('a', 'b/c', 'b/d/e', 'b-x', 'é/模型.bin', 'z'),
  fc.array(fc.integer({ min: 1, max: MiB }), { maxLength: 5 }),
);
const sketch = tree.filter((files) => Object.values(files).some((sizes) => sizes.length > 0));

test('what is written reads back the same', async () => {
  await fc.assert(
    fc.asyncProperty(sketch, async (files: TreeSketch) => {
      const { digest, manifest, chunks, blocks } = makeRelease(files);
      const content = await readRelease(digest, reading(blocks));
      expect(content.manifest).toEqual(manifest);
      expect([...content.chunks.digests]).toEqual([...chunks.digests]);
      expect(content.chunks.bytes).toBe(chunks.bytes);
      expect(content.metadata).toEqual([digest, ...manifest.chunks.index]);
      expect(() => checkContent(content)).not.toThrow();
    }),
  );
});

test('a flipped bit in any block is refused by that block’s name', async () => {
  const { digest, blocks } = makeRelease({ 'a/b': [MiB, 5], c: [], d: [7] });
  const kinds = fc.constantFrom(...[...blocks.keys()]);
  await fc.assert(
    fc.asyncProperty(kinds, fc.nat(), async (damaged, place) => {
      const bytes = Uint8Array.from(blocks.get(damaged)!);
      const bit = place % (bytes.byteLength * 8);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const code = damaged === digest ? 'MANIFEST_CORRUPT' : 'INDEX_CORRUPT';
      const read = readRelease(digest, reading(new Map(blocks).set(damaged, bytes)));
      await expect(read).rejects.toMatchObject({ code, message: expect.stringContaining(damaged) });
    }),
    { numRuns: 300 },
  );
});

test('a block cut short, made longer, or another one of the release is refused', async () => {
  const { digest, manifest, blocks } = makeRelease({ a: [1, 2, 3] });
  const [index] = manifest.chunks.index;
  const right = blocks.get(digest)!;
  for (const wrong of [
    right.subarray(1),
    Uint8Array.of(...right, 0),
    new Uint8Array(),
    blocks.get(index!)!,
  ]) {
    const read = readRelease(digest, reading(new Map(blocks).set(digest, wrong)));
    await expect(read).rejects.toMatchObject({ code: 'MANIFEST_CORRUPT' });
  }
});

test('a block above 1 MiB is refused before it is hashed', async () => {
  const { digest } = makeRelease({ a: [1] });
  const read = readRelease(digest, async () => new Uint8Array(300 * MiB));
  await expect(read).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
});

test('an index of several blocks keeps every chunk in its place', async () => {
  const sizes = Array.from({ length: 2 * 8_192 + 3 }, (_, i) => (i % MiB) + 1);
  const { digest, manifest, chunks, blocks } = makeRelease({
    a: sizes.slice(0, 9_000),
    b: sizes.slice(9_000),
  });
  expect(manifest.chunks.index.length).toBe(3);
  const content = await readRelease(digest, reading(blocks));
  expect([...content.chunks.digests]).toEqual([...chunks.digests]);
  expect(content.chunks.sizeAt(16_386)).toBe(sizes.at(-1));
  const swapped = makeRelease(
    { a: sizes },
    { chunks: { ...manifest.chunks, index: manifest.chunks.index.toReversed() } },
  );
  await expect(
    readRelease(swapped.digest, reading(new Map([...blocks, ...swapped.blocks]))),
  ).rejects.toMatchObject({
    code: 'INDEX_CORRUPT',
  });
});

test('an error of the store passes through', async () => {
  const { digest } = makeRelease({ a: [1] });
  const gone = new Error('gone');
  await expect(readRelease(digest, () => Promise.reject(gone))).rejects.toBe(gone);
});
