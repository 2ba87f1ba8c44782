/** The tree has no prefixes, so its root alone says nothing: count and place are bound with it, everywhere. */
import { describe, expect, it } from 'vitest';
import { merkleRoot } from '../../src/format/merkle.ts';
import type { ReleaseContent } from '../../src/format/release.ts';
import { readRelease } from '../../src/format/release.ts';
import { digestOf, digestToBytes } from '../../src/ids/digest.ts';
import { DigestList } from '../../src/ids/digest-list.ts';
import { bindRelease } from '../../src/verbs/reading/release.ts';
import { chunkDigest, makeRelease } from '../format/make-release.ts';

const [left, right, third] = [0, 1, 2].map((number) => chunkDigest('a', number)) as [
  ReturnType<typeof chunkDigest>,
  ReturnType<typeof chunkDigest>,
  ReturnType<typeof chunkDigest>,
];
/** A chunk of 64 bytes that is at once the node above two chunks. */
const inner = digestOf(Buffer.concat([digestToBytes(left), digestToBytes(right)]));
const root = (...digests: readonly (typeof left)[]) => merkleRoot(DigestList.of(digests));

/** The release of two chunks as the chain records it, and the content of another. */
function bound(content: ReleaseContent): () => void {
  const two = makeRelease({ a: [1, 1] });
  const { model, version, chunks, bytes } = two.manifest;
  const release = {
    model,
    version,
    manifest: content.digest,
    chunkRoot: chunks.root,
    chunkCount: chunks.count,
    bytes,
  };
  return () => bindRelease({ release }, content);
}

async function contentOf(sketch: Record<string, number[]>): Promise<ReleaseContent> {
  const { digest, blocks } = makeRelease(sketch);
  return readRelease(digest, async (wanted) => blocks.get(wanted)!);
}

describe('B16: a root that fits, and chunks that do not', () => {
  it('an inner node given as a chunk makes the same root with another count', () => {
    expect(root(inner)).toBe(root(left, right));
    expect(root(inner, third)).toBe(root(left, right, third));
  });

  it('a release of another count is refused, whatever its root', async () => {
    const one = await contentOf({ a: [2] });
    const sameRoot = {
      ...one,
      manifest: { ...one.manifest, chunks: { ...one.manifest.chunks, root: root(left, right) } },
    };
    expect(bound(sameRoot)).toThrow(expect.objectContaining({ code: 'RELEASE_MISMATCH', exit: 4 }));
    expect(bound(await contentOf({ a: [1, 1] }))).not.toThrow();
  });

  it('an index of another count than the manifest says is refused', async () => {
    const two = makeRelease({ a: [1, 1] });
    const one = makeRelease({ a: [2] });
    const [index] = one.manifest.chunks.index;
    const lying = makeRelease({ a: [1, 1] }, { chunks: { ...two.manifest.chunks, index: [index!] } });
    const blocks = new Map([...one.blocks, ...lying.blocks]);
    const reading = readRelease(lying.digest, async (wanted) => blocks.get(wanted)!);
    await expect(reading).rejects.toMatchObject({ code: 'INDEX_CORRUPT', exit: 4 });
  });

  it.each<[string, readonly (typeof left)[]]>([
    ['a last leaf doubled', [left, right, third, third]],
    ['an odd leaf left out', [left, right]],
    ['two leaves exchanged', [right, left, third]],
    ['a leaf doubled in front', [left, left, right, third]],
  ])('%s makes another root', (_, digests) => {
    expect(root(...digests)).not.toBe(root(left, right, third));
  });
});
