import { expect, test } from 'vitest';
import { checkContent, readRelease } from '../../src/format/release.ts';
import { cidText, DAG_CBOR, DAG_PB } from '../../src/ids/cid.ts';
import { digestToHex, parseDigest } from '../../src/ids/digest.ts';
import { parseModelName, parseVersion } from '../../src/ids/reference.ts';
import vectors from '../../vectors/release.json' with { type: 'json' };
import { makeRelease } from './make-release.ts';

const { base } = vectors.manifest;
const release = makeRelease(vectors.tree, {
  model: parseModelName(vectors.manifest.model),
  version: parseVersion(vectors.manifest.version),
  base: {
    model: parseModelName(base.model),
    version: parseVersion(base.version),
    manifest: parseDigest(base.manifest),
  },
  meta: vectors.manifest.meta,
});

test('a release is written as ever, byte for byte', () => {
  const hex = [...release.blocks].map(([digest, bytes]) => [digest, Buffer.from(bytes).toString('hex')]);
  expect(Object.fromEntries(hex)).toEqual(vectors.blocks);
  expect(digestToHex(release.manifest.chunks.root)).toBe(vectors.chunkRoot);
  expect(cidText(release.manifest.content!, DAG_PB)).toBe(vectors.content);
  expect(cidText(release.digest, DAG_CBOR)).toBe(vectors.manifestCid);
});

test('a release written long ago is read', async () => {
  const blocks: Record<string, string> = vectors.blocks;
  const content = await readRelease(release.digest, async (digest) => Buffer.from(blocks[digest]!, 'hex'));
  expect(content.manifest).toEqual(release.manifest);
  checkContent(content);
});
