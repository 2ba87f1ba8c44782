import { decode, encode } from '@ipld/dag-cbor';
import { expect, test } from 'vitest';
import { encodeManifest, type Manifest } from '../../src/format/manifest/encode.ts';
import { readRelease } from '../../src/format/release.ts';
import { cidOf, DAG_CBOR } from '../../src/ids/cid.ts';
import { type Digest, digestOf } from '../../src/ids/digest.ts';
import { makeRelease, type TreeSketch } from './make-release.ts';

const MiB = 1024 * 1024;

/** Files in one folder, their names of `width` digits. */
function sketch(count: number, width: number): TreeSketch {
  const name = (i: number) => `f/${`${i}`.padStart(width, '0')}`;
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [name(i), i === 0 ? [1] : []]));
}

async function readBack(blocks: ReadonlyMap<Digest, Uint8Array>, digest: Digest) {
  return readRelease(digest, async (wanted) => blocks.get(wanted)!);
}

test('the manifest holds its files as long as it fits 1 MiB, and not one byte longer', async () => {
  const base = makeRelease(sketch(5_000, 100));
  const room = MiB - base.blocks.get(base.digest)!.byteLength;
  expect(room).toBeGreaterThan(70_000);
  // A description of 70,000 bytes has a head 4 bytes longer than the empty one.
  const fill = (length: number) => ({ meta: { ...base.manifest.meta, description: 'x'.repeat(length) } });
  const full = makeRelease(sketch(5_000, 100), fill(room - 4));
  expect(full.blocks.get(full.digest)!.byteLength).toBe(MiB);
  const over = makeRelease(sketch(5_000, 100), fill(room - 3));
  expect(over.blocks.get(over.digest)!.byteLength).toBeLessThan(MiB);
  for (const { blocks, digest, manifest } of [full, over])
    expect((await readBack(blocks, digest)).manifest).toEqual(manifest);
  expect((await readBack(over.blocks, over.digest)).metadata.length).toBe(3);
});

test('each linked block is the longest prefix that fits 1 MiB', async () => {
  const release = makeRelease(sketch(30_000, 60));
  const { metadata, manifest } = await readBack(release.blocks, release.digest);
  const linked = metadata.slice(1, -1).map((digest) => decode<unknown[]>(release.blocks.get(digest)!));
  expect(linked.length).toBeGreaterThan(2);
  expect(linked.flat().length).toBe(manifest.files.length);
  for (const [i, files] of linked.entries()) {
    expect(encode(files).byteLength).toBeLessThanOrEqual(MiB);
    const next = linked[i + 1]?.[0];
    if (next !== undefined) expect(encode([...files, next]).byteLength).toBeGreaterThan(MiB);
  }
});

test.each(['first', 'last'])(
  'B14: a %s linked block split in two is another spelling, refused',
  async (which) => {
    const { digest, blocks } = makeRelease(sketch(30_000, 60));
    const manifest = decode<{ files: unknown[] }>(blocks.get(digest)!);
    const { metadata } = await readBack(blocks, digest);
    const files = metadata.slice(1, -1).map((block) => decode<unknown[]>(blocks.get(block)!));
    const at = which === 'first' ? 0 : files.length - 1;
    files.splice(at, 1, files[at]!.slice(0, 9), files[at]!.slice(9));
    const parts = files.map((part) => encode(part));
    const spoiled = encode({ ...manifest, files: parts.map((part) => cidOf(digestOf(part), DAG_CBOR)) });
    const answers = new Map([
      ...blocks,
      ...[spoiled, ...parts].map((bytes) => [digestOf(bytes), bytes] as const),
    ]);
    await expect(readBack(answers, digestOf(spoiled))).rejects.toMatchObject({
      code: 'MANIFEST_CORRUPT',
      message: expect.stringContaining('canonical'),
    });
  },
);

test('B10: 100,000 files are written and read; one more is refused', async () => {
  const most = makeRelease(sketch(100_000, 6));
  expect((await readBack(most.blocks, most.digest)).manifest.files.length).toBe(100_000);
  expect(() => makeRelease(sketch(100_001, 6))).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
});

test('B10: a file list above 16 MiB is refused', () => {
  const long = 'x'.repeat(240);
  const paths = Array.from({ length: 60_000 }, (_, i) => [
    `${`${i}`.padStart(6, '0')}/${long}`,
    i === 0 ? [1] : [],
  ]);
  expect(() => makeRelease(Object.fromEntries(paths))).toThrow(
    expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
  );
});

test('long texts do not hide in the manifest', () => {
  const { manifest } = makeRelease({ a: [1] });
  const meta: Manifest['meta'] = { ...manifest.meta, description: 'x'.repeat(MiB) };
  expect(() => encodeManifest({ ...manifest, meta })).toThrow(
    expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
  );
});

test('B13: a release without a chunk is not written', () => {
  expect(() => makeRelease({ a: [1] }, { files: [] })).toThrow(
    expect.objectContaining({ code: 'MANIFEST_CORRUPT' }),
  );
});
