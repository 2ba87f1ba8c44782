import { decode, encode } from '@ipld/dag-cbor';
import { CID } from 'multiformats/cid';
import { create } from 'multiformats/hashes/digest';
import { describe, expect, test } from 'vitest';
import { checkContent, readRelease } from '../../src/format/release.ts';
import { cidOf, DAG_CBOR, DAG_PB, RAW } from '../../src/ids/cid.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { makeRelease } from './make-release.ts';

const MiB = 1024 * 1024;
const right = makeRelease({ 'a/b': [MiB, 5], c: [], d: [7] });
const bytes32 = new Uint8Array(32);
const other = digestOf(bytes32);

type Value = Record<string, unknown>;

/** The manifest with the value at `place` (`files.0.size`) replaced, or deleted where `value` is undefined. */
function spoil(place: string, value: unknown): Uint8Array {
  const manifest: Value = decode(right.blocks.get(right.digest)!);
  const keys = place.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce((at, key) => at[key] as Value, manifest);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return encode(manifest);
}

/** Reads bytes as the manifest, under their own digest: the hash is right, the contents are hostile. */
function read(bytes: Uint8Array) {
  const digest = digestOf(bytes);
  return readRelease(digest, async (wanted) => (wanted === digest ? bytes : right.blocks.get(wanted)!));
}

const CORRUPT = 'MANIFEST_CORRUPT';
const MISMATCH = 'RELEASE_MISMATCH';
const LIMIT = 'LIMIT_EXCEEDED';
const UNSAFE = 'PATH_UNSAFE';
const UNKNOWN = 'FORMAT_UNKNOWN';

describe.each<[string, string, string, readonly unknown[]]>([
  ['B11: a size that is none', 'files.0.size', CORRUPT, [-1, 1.5, 2 ** 53, '10', null, true, undefined, []]],
  ['B12: a size of other bytes', 'files.0.size', MISMATCH, [MiB + 4, MiB + 6]],
  ['B12: a size that its chunks cannot hold', 'files.0.size', CORRUPT, [1, 3 * MiB, Number.MAX_SAFE_INTEGER]],
  ['B12: bytes that are not the sum', 'bytes', MISMATCH, [0, MiB, 10 ** 15]],
  ['B12: stored bytes that are not the sum', 'chunks.storedBytes', MISMATCH, [0, MiB]],
  ['B10: chunks above the limit', 'chunks.count', LIMIT, [4_000_001, 10 ** 9]],
  ['B12: chunks that are not the sum', 'chunks.count', MISMATCH, [0, 2, 4_000_000]],
  ['B16: another chunk root', 'chunks.root', MISMATCH, [bytes32]],
  ['B15: a chunk root that is no digest', 'chunks.root', CORRUPT, [new Uint8Array(31), 'a'.repeat(64), null]],
  [
    'B12: a gap or overlap',
    'files.2.chunks',
    MISMATCH,
    [
      [1, 1],
      [3, 1],
      [0, 1],
    ],
  ],
  [
    'B11: a range that is none',
    'files.2.chunks',
    CORRUPT,
    [[2], [2, 1, 0], [2, -1], [2, 1.5], { 0: 2 }, [2, 8]],
  ],
  ['B12: a count for a file without bytes', 'files.1.chunks', CORRUPT, [[2, 1]]],
  ['B1, B2, B3, B6: an unsafe path', 'files.0.path', UNSAFE, ['../x', '/etc/x', 'CON', 'a:b', 'e\u0301', '']],
  ['B4, B5: a path that clashes', 'files.0.path', UNSAFE, ['c', 'C']],
  ['a path out of order', 'files.0.path', CORRUPT, ['z', 'ca']],
  ['a path that is no text', 'files.0.path', CORRUPT, [1, null, ['a']]],
  ['a chunker that is none', 'files.0.chunker', CORRUPT, ['fixed-2m', '', null, '__proto__']],
  ['B15: a file digest that is none', 'files.0.sha256', CORRUPT, [new Uint8Array(20), '', 0, undefined]],
  [
    'B15: a link of another codec',
    'chunks.index.0',
    CORRUPT,
    [cidOf(other, RAW), cidOf(other, DAG_PB), bytes32],
  ],
  [
    'too many or no index blocks',
    'chunks.index',
    MISMATCH,
    [[], [cidOf(other, DAG_CBOR), cidOf(other, DAG_CBOR)]],
  ],
  ['B15: content that is no dag-pb link', 'content', CORRUPT, [cidOf(other, RAW), '', undefined]],
  [
    'B15: a hash other than SHA-256',
    'content',
    CORRUPT,
    [CID.createV1(DAG_PB, create(0x11, new Uint8Array(20)))],
  ],
  ['B15: an identity hash', 'content', CORRUPT, [CID.createV1(DAG_PB, create(0, bytes32))]],
  ['B15: a CID of version 0', 'content', CORRUPT, [CID.createV0(create(0x12, bytes32) as never)]],
  ['B17: a model that is none', 'model', CORRUPT, ['llama', 'Acme/llama', '../llama', 'acme/a.git', 7]],
  ['the local namespace, which means another one elsewhere', 'model', CORRUPT, ['local/llama']],
  ['B17: a version that is none', 'version', CORRUPT, ['latest', '1.0.0 ', '../1', '.1', '', null]],
  ['another format', 'format', UNKNOWN, ['ballast/2', '']],
  ['a format that is no text', 'format', CORRUPT, [1, null, undefined]],
  ['a codec, of which none is known', 'codecs', UNKNOWN, [['planes']]],
  ['codecs that are no names', 'codecs', CORRUPT, [null, [1], 'identity']],
  [
    'metadata with a key more or less',
    'meta',
    CORRUPT,
    [{}, { name: '', description: '', license: null, tags: [], x: 1 }],
  ],
  ['metadata that is no text', 'meta.name', CORRUPT, [1, null]],
  ['tags that are no texts', 'meta.tags', CORRUPT, ['a', [1]]],
  [
    'a base with a link',
    'base',
    CORRUPT,
    [{ model: 'a/b', version: '1', manifest: cidOf(other, DAG_CBOR) }, {}],
  ],
  ['B14: an unknown key', 'extra', CORRUPT, [null, 1]],
  ['B14: an unknown key of a file', 'files.0.mode', CORRUPT, [0o777]],
  ['B14: a hostile key', 'constructor', CORRUPT, [1]],
  ['B13: no files', 'files', CORRUPT, [[], null, {}]],
  ['files that are no maps', 'files.0', CORRUPT, [1, 'a', cidOf(other, DAG_CBOR), []]],
])('%s', (_, place, code, values) => {
  test.each(values.map((value) => [value]))('%j is refused', async (value) => {
    await expect(read(spoil(place, value))).rejects.toMatchObject({ code });
  });
});

test('B14: a text after a byte order mark is neither read nor written', async () => {
  const refused = { code: CORRUPT, message: expect.stringContaining('byte order mark') };
  for (const text of ['\ufeffn', '\ufeff\ufeffn'])
    await expect(read(spoil('meta.name', text))).rejects.toMatchObject(refused);
  const meta = { name: '', description: '', license: null, tags: ['\ufefft'] };
  expect(() => makeRelease({ a: [1] }, { meta })).toThrow(expect.objectContaining(refused));
});

test('the untouched manifest is read', async () => {
  expect((await read(spoil('version', '1.0.0'))).digest).toBe(right.digest);
});

test('content that is a right link to another tree is found by checkContent', async () => {
  for (const wrong of [cidOf(other, DAG_PB), null]) {
    const content = await read(spoil('content', wrong));
    expect(() => checkContent(content)).toThrow(expect.objectContaining({ code: MISMATCH }));
  }
});

test('B10: no more linked file blocks than the limits allow are asked for', async () => {
  const links = Array.from({ length: 18 }, (_, i) => cidOf(digestOf(Uint8Array.of(i)), DAG_CBOR));
  await expect(read(spoil('files', links))).rejects.toMatchObject({ code: LIMIT });
});

test('B14: files in linked blocks although they fit the manifest are another spelling, refused', async () => {
  const manifest: Value = decode(right.blocks.get(right.digest)!);
  const linked = encode(manifest.files);
  const bytes = encode({ ...manifest, files: [cidOf(digestOf(linked), DAG_CBOR)] });
  const answers = new Map([...right.blocks, [digestOf(bytes), bytes], [digestOf(linked), linked]]);
  const reading = readRelease(digestOf(bytes), async (digest) => answers.get(digest)!);
  await expect(reading).rejects.toMatchObject({
    code: CORRUPT,
    message: expect.stringContaining('canonical'),
  });
});
