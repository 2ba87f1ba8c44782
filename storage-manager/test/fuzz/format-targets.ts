/** The blocks that a release is made of, and what writes a CAR. */
import { decode, encode } from '@ipld/dag-cbor';
import { encode as encodeNode } from '@ipld/dag-pb';
import { carFrame, carHeader } from '../../src/format/car.ts';
import { ChunkList } from '../../src/format/chunk-list.ts';
import { encodeIndex, readIndexBlock } from '../../src/format/index-blocks.ts';
import { encodeManifest } from '../../src/format/manifest/encode.ts';
import { readRelease } from '../../src/format/release.ts';
import { fileData } from '../../src/format/unixfs/data.ts';
import { isFolder, readUnixFsNode } from '../../src/format/unixfs/read-node.ts';
import { cidOf, DAG_CBOR, DAG_PB, RAW } from '../../src/ids/cid.ts';
import { digestFromBytes, digestOf } from '../../src/ids/digest.ts';
import type { FuzzTarget } from '../../src/testing/fuzz/fuzz.ts';
import { makeRelease } from '../format/make-release.ts';

const MiB = 1024 * 1024;
const releases = [
  makeRelease({ 'a/b': [MiB, 5], c: [], d: [7] }),
  makeRelease({ m: [1] }, { codecs: [], content: null }),
];
const blocks = new Map(releases.flatMap((release) => [...release.blocks]));
const manifests = releases.map(({ digest, blocks }) => blocks.get(digest)!);
const indexes = releases.flatMap(({ manifest, blocks }) =>
  manifest.chunks.index.map((digest) => blocks.get(digest)!),
);
const words = ['size', 'path', 'chunks', 'files', 'codecs', 'base', 'meta', '__proto__', 'constructor'].map(
  encode,
);

/** Reads bytes as a manifest, under their own digest: what is taken must be written again as the same bytes. */
async function readManifestBytes(input: Uint8Array): Promise<boolean> {
  const digest = digestOf(input);
  const { manifest } = await readRelease(digest, async (wanted) =>
    wanted === digest ? input : (blocks.get(wanted) ?? new Uint8Array()),
  );
  const written = encodeManifest(manifest).blocks.at(-1)!.bytes;
  if (Buffer.compare(written, input) !== 0) throw new Error('it is written again otherwise');
  return true;
}

/** What stands in place of any value. */
const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    0,
    1,
    -1,
    1.5,
    2 ** 53 - 1,
    MiB,
    10 ** 9,
    10n ** 18n,
    Number.MAX_VALUE,
    '',
    'a',
    '../x',
    'CON',
    'a/b/c',
  ],
  ...[
    '\ufeffx',
    'x'.repeat(2_000),
    [],
    {},
    [[]],
    { path: 'a' },
    new Uint8Array(),
    new Uint8Array(32),
    new Uint8Array(33),
  ],
  ...([RAW, DAG_PB, DAG_CBOR] as const).map((codec) => cidOf(digestOf(new Uint8Array()), codec)),
];

/** Walks into a value as the bytes say, and puts another in that place, doubles it, or takes it away. */
function spoiled(value: unknown, [step = 0, ...rest]: readonly number[]): unknown {
  if (Array.isArray(value) && value.length > 0 && rest.length > 0) {
    const at = step % value.length;
    const between = rest.length === 1 && step > 200 ? [] : [spoiled(value[at], rest)];
    return [...value.slice(0, at), ...between, ...value.slice(rest.length === 1 && step > 220 ? at : at + 1)];
  }
  if (typeof value !== 'object' || value?.constructor !== Object || rest.length === 0)
    return VALUES[step % VALUES.length];
  const entries = Object.entries(value);
  const at = step % entries.length;
  const [key, inside] = entries[at]!;
  if (rest.length === 1 && step > 200) return Object.fromEntries(entries.toSpliced(at, 1));
  return { ...value, [rest.length === 1 && step > 190 ? `${step}` : key]: spoiled(inside, rest) };
}

function readIndexBytes(input: Uint8Array): boolean {
  const length = (input[0] ?? 0) & 0x1f || 1;
  const list = new ChunkList();
  readIndexBlock(digestOf(input), input, length, list);
  const [written] = encodeIndex(list);
  if (Buffer.compare(written!.bytes, input) !== 0) throw new Error('it is written again otherwise');
  return true;
}

const nodes = [
  encodeNode({
    Data: fileData([5, 7]),
    Links: [5, 7].map((size) => ({ Name: '', Hash: cidOf(digestOf(Uint8Array.of(size)), RAW), Tsize: size })),
  }),
  encodeNode({
    Data: Uint8Array.of(8, 1),
    Links: [{ Name: 'a', Hash: cidOf(digestOf(new Uint8Array()), RAW), Tsize: 3 }],
  }),
  encodeNode({ Data: Uint8Array.of(8, 2, 18, 3, 1, 2, 3, 24, 3), Links: [] }),
];

function readNodeBytes(input: Uint8Array): boolean {
  const node = readUnixFsNode(input, 'a node');
  if (!isFolder(node) && (!Number.isSafeInteger(node.size) || node.size < 0))
    throw new Error('its size is none');
  return true;
}

/** CARs are written alone; so what is written for any block must be read as that block by the plain rules of CARv1. */
function writeCar(input: Uint8Array): boolean {
  const digest = digestOf(input);
  const car = Buffer.concat([
    carHeader([cidOf(digest, DAG_CBOR)]),
    carFrame(digest, input.byteLength),
    input,
  ]);
  const sections: Buffer[] = [];
  for (let at = 0; at < car.byteLength; ) {
    let [length, scale] = [0, 1];
    for (; car[at]! >= 0x80; at += 1, scale *= 0x80) length += (car[at]! & 0x7f) * scale;
    length += car[at]! * scale;
    sections.push(car.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  const [header, section] = sections as [Buffer, Buffer];
  const { version, roots } = decode<{ version: number; roots: unknown[] }>(header);
  const same =
    digestFromBytes(section.subarray(4, 36)) === digest && Buffer.compare(section.subarray(36), input) === 0;
  if (sections.length !== 2 || version !== 1 || roots.length !== 1 || !same)
    throw new Error('it is read otherwise');
  return true;
}

export const FORMAT_TARGETS: readonly FuzzTarget[] = [
  { name: 'manifest', samples: manifests, words, parse: readManifestBytes },
  {
    name: 'manifest, by value',
    samples: [
      Uint8Array.of(3, 0, 1, 7),
      Uint8Array.of(8, 2, 9),
      Uint8Array.of(3, 3, 0, 250, 5),
      Uint8Array.of(1),
    ],
    parse: (input) => readManifestBytes(encode(spoiled(decode(manifests[0]!), [...input.subarray(0, 8)]))),
  },
  { name: 'index', samples: indexes, parse: readIndexBytes },
  {
    name: 'index, by value',
    samples: [Uint8Array.of(0, 1, 7), Uint8Array.of(2, 0, 9), Uint8Array.of(1, 3, 0, 250, 5)],
    parse: (input) => readIndexBytes(encode(spoiled(decode(indexes[0]!), [...input.subarray(0, 6)]))),
  },
  { name: 'UnixFS', samples: nodes, parse: readNodeBytes },
  { name: 'CAR', samples: [...manifests, ...nodes, new Uint8Array(200)], parse: writeCar },
];
