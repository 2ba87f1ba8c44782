import { expect, test } from 'vitest';
import { checkContent, readRelease } from '../../src/format/release.ts';
import { cidText, DAG_CBOR, DAG_PB } from '../../src/ids/cid.ts';
import { digestToHex, parseDigest } from '../../src/ids/digest.ts';
import { parseModelName, parseVersion } from '../../src/ids/reference.ts';
import vectors from '../../vectors/release.json' with { type: 'json' };
import { type MadeRelease, makeRelease, type TreeSketch } from './make-release.ts';

const { base } = vectors.manifest;
const described = {
  model: parseModelName(vectors.manifest.model),
  version: parseVersion(vectors.manifest.version),
  base: {
    model: parseModelName(base.model),
    version: parseVersion(base.version),
    manifest: parseDigest(base.manifest),
  },
  meta: vectors.manifest.meta,
};
const release = makeRelease(vectors.tree, described);

function rootsOf({ manifest, digest }: MadeRelease) {
  return {
    chunkRoot: digestToHex(manifest.chunks.root),
    content: manifest.content && cidText(manifest.content, DAG_PB),
    manifestCid: cidText(digest, DAG_CBOR),
  };
}

test('a release is written as ever, byte for byte', () => {
  const hex = [...release.blocks].map(([digest, bytes]) => [digest, Buffer.from(bytes).toString('hex')]);
  expect(Object.fromEntries(hex)).toEqual(vectors.blocks);
  const { chunkRoot, content, manifestCid } = vectors;
  expect(rootsOf(release)).toEqual({ chunkRoot, content, manifestCid });
});

test('a release written long ago is read', async () => {
  const blocks: Record<string, string> = vectors.blocks;
  const content = await readRelease(release.digest, async (digest) => Buffer.from(blocks[digest]!, 'hex'));
  expect(content.manifest).toEqual(release.manifest);
  checkContent(content);
});

type Large = (typeof vectors.large)[number];

function largeTree({ files, nameDigits, chunksOfFirst }: Large): TreeSketch {
  const first = Array.from({ length: chunksOfFirst }, (_, i) => i + 1);
  const path = (i: number) => `f/${`${i}`.padStart(nameDigits, '0')}`;
  return Object.fromEntries(Array.from({ length: files }, (_, i) => [path(i), i === 0 ? first : []]));
}

test.each(vectors.large)('a release with $name is written and read as ever', async (row) => {
  const made = makeRelease(largeTree(row), described);
  const { chunkRoot, content, manifestCid } = row;
  expect(rootsOf(made)).toEqual({ chunkRoot, content, manifestCid });
  // The manifest, then what it links to: linked file blocks, index blocks.
  expect([...made.blocks.keys()].toSorted()).toEqual([made.digest, ...row.links].toSorted());
  const read = await readRelease(made.digest, async (digest) => made.blocks.get(digest)!);
  expect(read.manifest).toEqual(made.manifest);
  checkContent(read);
});
