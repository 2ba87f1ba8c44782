import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_DIMENSIONS, MAX_METADATA, MAX_NAME_BYTES, readGguf } from '../../src/chunkers/gguf.ts';
import { MAX_ARRAY_DEPTH } from '../../src/chunkers/gguf-value.ts';
import { MAX_HEADER_BYTES, MAX_TENSORS } from '../../src/chunkers/tensor-header.ts';
import vectors from '../../vectors/gguf.json' with { type: 'json' };
import { fileOf } from './cut-file.ts';
import {
  ARRAY,
  alignmentPair,
  F32,
  ggufFile,
  ggufHeader,
  I8,
  info,
  type Parts,
  pair,
  STRING,
  text,
  u32,
  u64,
} from './make-gguf.ts';

// No zeros: they would read as empty names and scalars.
const data = new Uint8Array(1_000).fill(255);
const read = (parts: Parts, alignment?: number) => readGguf(fileOf(ggufFile(parts, data, alignment)));

test.each(vectors.files)('B20: $name: what the reference reader finds', async ({ header, data, tensors }) => {
  const bytes = Buffer.concat([Buffer.from(header, 'base64'), new Uint8Array(data)]);
  const found = await readGguf(fileOf(bytes));
  const rows = found?.map(({ name, dtype, shape, begin, end }) => [name, dtype, shape, begin, end]);
  expect(rows ?? null).toEqual(tensors);
});

/** Arrays in arrays, the innermost empty. */
const nested = (depth: number): Uint8Array =>
  depth === 1
    ? Buffer.concat([u32(STRING), u64(0)])
    : Buffer.concat([u32(ARRAY), u64(2), nested(depth - 1), nested(depth - 1)]);
const one = info('a', F32, [4], 0);

test.each<[string, Parts]>([
  ['no tensor', {}],
  ['version 2', { version: 2, infos: [one] }],
  [
    'a scalar of each type',
    {
      metadata: [0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12].map((type) =>
        pair(`${type}`, type, u64(1).subarray(0, [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8][type])),
      ),
    },
  ],
  ['empty texts', { metadata: [pair('', STRING, text(''))], infos: [info('', F32, [1], 0)] }],
  ['an array of texts', { metadata: [pair('k', ARRAY, u32(STRING), u64(2), text('a'), text('bc'))] }],
  ['arrays in arrays', { metadata: [pair('k', ARRAY, nested(MAX_ARRAY_DEPTH))] }],
  ['a scalar tensor', { infos: [info('a', F32, [], 0)] }],
  ['many dimensions', { infos: [info('a', F32, Array(MAX_DIMENSIONS).fill(2).fill(1, 4), 0)] }],
  ['a gap', { infos: [one, info('b', F32, [4], 512)] }],
  ['tensors out of order', { infos: [info('b', F32, [4], 32), one] }],
  ['an empty tensor where another begins', { infos: [info('e', F32, [0, 7], 0), one] }],
  ['a tensor named __proto__', { infos: [info('__proto__', F32, [1], 0)] }],
  ['a name of the longest', { infos: [info('n'.repeat(MAX_NAME_BYTES), F32, [1], 0)] }],
])('%s is read', async (_, parts) => {
  expect(await read(parts)).toHaveLength(parts.infos?.length ?? 0);
});

test('the data starts where the alignment says', async () => {
  for (const alignment of [1, 8, 256]) {
    const parts = { metadata: [alignmentPair(alignment)], infos: [one, info('b', I8, [9], alignment * 16)] };
    const start = Math.ceil(ggufHeader(parts).byteLength / alignment) * alignment;
    expect(await readGguf(fileOf(ggufFile(parts, new Uint8Array(9_000), alignment)))).toMatchObject([
      { name: 'a', begin: start, end: start + 16 },
      { name: 'b', begin: start + alignment * 16, end: start + alignment * 16 + 9 },
    ]);
  }
});

test('a tensor of a type yet unknown runs to the next one, or to the end', async () => {
  const infos = [info('x', 99, [5], 0), info('b', F32, [4], 64), info('y', 4_000_000_000, [1, 1], 96)];
  const [x, b, y] = (await read({ infos }))!;
  expect([x!.dtype, x!.end]).toEqual(['type 99', b!.begin]);
  expect(y!.end).toBe(b!.begin - 64 + data.byteLength);
});

describe.each<[string, readonly Parts[]]>([
  ['a version that is not 2 or 3', [0, 1, 4, 0x03000000].map((version) => ({ version, infos: [one] }))],
  ['counts that lie', [{ tensorCount: 1 }, { metadataCount: 1 }, { infos: [one], tensorCount: 2 }]],
  [
    'a name twice',
    [{ infos: [one, one] }, { metadata: [pair('k', 7, Uint8Array.of(1)), pair('k', 7, Uint8Array.of(1))] }],
  ],
  ['a name that is not UTF-8', [{ infos: [Buffer.concat([u64(1), Uint8Array.of(255), one.subarray(9)])] }]],
  ['a name too long', [{ infos: [info('n'.repeat(MAX_NAME_BYTES + 1), F32, [1], 0)] }]],
  [
    'a length past the file',
    [u64(2 ** 40), u64(2n ** 63n), u64(1_000_000)].flatMap((length) => [
      { metadata: [pair('k', STRING, length)] },
      { metadata: [Buffer.concat([length])] },
      { metadata: [pair('k', ARRAY, u32(I8), length)] },
      { metadata: [pair('k', ARRAY, u32(0), length)] },
      { metadata: [pair('k', ARRAY, u32(STRING), length)] },
      { metadata: [pair('k', ARRAY, u32(ARRAY), length)] },
    ]),
  ],
  [
    'a type of value that is none',
    [13, 8_000].flatMap((type) => [
      { metadata: [pair('k', type, u64(0))] },
      { metadata: [pair('k', ARRAY, u32(type), u64(0))] },
    ]),
  ],
  ['arrays nested too deeply', [{ metadata: [pair('k', ARRAY, nested(MAX_ARRAY_DEPTH + 1))] }]],
  [
    'an alignment that is no power of two',
    [0, 3, 48].map((alignment) => ({ metadata: [alignmentPair(alignment)] })),
  ],
  ['an alignment of another type', [{ metadata: [pair('general.alignment', 10, u64(32))] }]],
  ['an offset out of alignment', [{ infos: [info('a', F32, [4], 16)] }]],
  [
    'too many dimensions',
    [
      { infos: [info('a', F32, Array(MAX_DIMENSIONS + 1).fill(1), 0)] },
      { infos: [info('a', F32, [], 0).fill(255, 9, 13)] },
    ],
  ],
  ['a row that ends within a block', [{ infos: [info('a', 2, [33], 0)] }, { infos: [info('a', 12, [], 0)] }]],
  [
    'a tensor past the end',
    [
      info('a', F32, [251], 0),
      info('a', F32, [4], 1_024),
      info('a', F32, [4], 2 ** 40),
      info('a', F32, [4], 2n ** 63n),
      info('a', F32, [2n ** 62n], 0),
      info('a', F32, [2 ** 52, 2 ** 52], 0),
      info('a', F32, [2 ** 31, 2 ** 31, 2 ** 31, 2 ** 31], 0),
      info('a', F32, [0], 1_024),
      info('a', 99, [1], 1_024),
    ].map((info) => ({ infos: [info] })),
  ],
  [
    'overlap',
    [
      [info('a', F32, [9], 0), info('b', F32, [4], 32)],
      [one, info('b', F32, [4], 0)],
      [info('a', 99, [9], 0), info('b', 98, [9], 0)],
      [info('a', 99, [9], 0), info('b', F32, [4], 0)],
    ].map((infos) => ({ infos })),
  ],
])('B20: %s', (_, list) => {
  test.each(list)('%j is refused', async (parts) => {
    expect(await read(parts)).toBeNull();
  });
});

test.each<[string, Parts]>([
  ['2^40 pairs of metadata', { metadataCount: 2 ** 40 }],
  ['2^40 tensors', { tensorCount: 2 ** 40 }],
  ['2^63 of both', { metadataCount: 2n ** 63n, tensorCount: 2n ** 63n }],
  ['a pair too many', { metadataCount: MAX_METADATA + 1 }],
  ['a tensor too many', { tensorCount: MAX_TENSORS + 1 }],
  ['an array of 2^40 texts', { metadata: [pair('k', ARRAY, u32(STRING), u64(2 ** 40))] }],
  ['an array beyond the cap', { metadata: [pair('k', ARRAY, u32(0), u64(MAX_HEADER_BYTES))] }],
  ['a text of 2^40 bytes', { metadata: [pair('k', STRING, u64(2 ** 40))] }],
])('B20: %s in a file of 2^41 bytes: refused after a few windows', async (_, parts) => {
  const header = ggufHeader(parts);
  let bytesRead = 0;
  const file = {
    path: 'm.gguf',
    size: 2 ** 41,
    async read(offset: number, length: number) {
      bytesRead += length;
      const window = new Uint8Array(length).fill(255);
      if (offset < header.byteLength) window.set(header.subarray(offset));
      return window;
    },
  };
  expect(await readGguf(file)).toBeNull();
  expect(bytesRead).toBeLessThanOrEqual(2 << 16);
});

test('a vocabulary of 150,000 texts is passed over in windows, and a long text is not read', async () => {
  const words = Array.from({ length: 150_000 }, (_, i) => text(`token ${i}`));
  const metadata = [
    pair('tokens', ARRAY, u32(STRING), u64(words.length), Buffer.concat(words)),
    pair('scores', ARRAY, u32(6), u64(8_000_000), new Uint8Array(32_000_000)),
  ];
  const file = fileOf(ggufFile({ metadata, infos: [one] }, data));
  const lengths: number[] = [];
  const read = (offset: number, length: number) => {
    lengths.push(length);
    return file.read(offset, length);
  };
  expect(await readGguf({ ...file, read })).toHaveLength(1);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(1 << 16);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(4 << 20);
});

test(`${MAX_TENSORS} tensors are read`, async () => {
  const infos = Array.from({ length: MAX_TENSORS }, (_, i) => info(`${i}`, F32, [0], 0));
  expect(await read({ infos })).toHaveLength(MAX_TENSORS);
});

const sound = ggufFile(
  {
    metadata: [
      alignmentPair(64),
      pair('t', ARRAY, u32(STRING), u64(2), text('a'), text('b')),
      pair('n', ARRAY, nested(2)),
    ],
    infos: [one, info('q', 2, [64, 2], 64), info('x', 77, [3], 192)],
  },
  data,
  64,
);
const headerBytes = sound.byteLength - data.byteLength;

test('B20: cut off at any byte of its header it is refused', async () => {
  expect(await readGguf(fileOf(sound))).toHaveLength(3);
  for (let length = 0; length < headerBytes; length += 1)
    expect(await readGguf(fileOf(sound.subarray(0, length)))).toBeNull();
});

test('B20: with any bytes changed it ends in tensors within the file or in null, never in an exception', async () => {
  const change = fc.tuple(fc.nat(headerBytes - 1), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = Uint8Array.from(sound);
      for (const [at, value] of changes) bytes[at] = value;
      let free = 0;
      for (const { begin, end } of (await readGguf(fileOf(bytes))) ?? []) {
        expect(begin <= end && end <= bytes.byteLength && (begin === end || begin >= free)).toBe(true);
        if (begin < end) free = end;
      }
    }),
    { numRuns: 5_000 },
  );
});
