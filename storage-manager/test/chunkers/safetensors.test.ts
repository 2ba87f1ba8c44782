import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSafetensors } from '../../src/chunkers/safetensors.ts';
import { MAX_HEADER_BYTES, MAX_TENSORS } from '../../src/chunkers/tensor-header.ts';
import { fileOf } from './cut-file.ts';
import { makeSafetensors, withHeader } from './make-safetensors.ts';

const data = new Uint8Array(100);
const rangesOf = (header: string) => readSafetensors(fileOf(withHeader(header, data)));
const tensor = (begin: number | string, end: number | string) =>
  `{"dtype":"F32","shape":[1,2],"data_offsets":[${begin},${end}]}`;

test('tensors come in order of offset', async () => {
  const header = `{"b":${tensor(40, 100)},"__metadata__":{"format":"pt"},"e":${tensor(40, 40)},"a":${tensor(0, 40)}}`;
  const start = 8 + Math.ceil(header.length / 8) * 8;
  const about = { dtype: 'F32', shape: [1, 2] };
  expect(await rangesOf(header)).toEqual([
    { name: 'a', ...about, begin: start, end: start + 40 },
    { name: 'b', ...about, begin: start + 40, end: start + 100 },
    { name: 'e', ...about, begin: start + 40, end: start + 40 },
  ]);
});

test.each([
  ['no tensor', '{}'],
  ['white space', `\n{ "a" :\t${tensor(0, 1)} }\r\n`],
  ['escapes in a name', `{"\\u0061\\n\\"\\\\":${tensor(0, 1)}}`],
  ['names outside of ASCII', `{"模型.weight":${tensor(0, 1)}}`],
  ['a scalar', '{"a":{"dtype":"BF16","shape":[],"data_offsets":[0,2]}}'],
  ['a type yet unknown', '{"a":{"dtype":"F3_E1M1","shape":[7],"data_offsets":[0,2]}}'],
  ['fields in another order', '{"a":{"data_offsets":[0,2],"shape":[7],"dtype":"X"}}'],
  ['a gap', `{"a":${tensor(0, 1)},"b":${tensor(50, 60)}}`],
  ['a tensor named __proto__', `{"__proto__":${tensor(0, 1)},"constructor":${tensor(1, 2)}}`],
])('%s is read', async (_, header) => {
  expect(await rangesOf(header)).not.toBeNull();
});

describe.each([
  [
    'no JSON',
    ['', 'x', '[]', '{', '{"a"', '{"a":', '"a"', 'null', '{}}', '{} x', '{,}', '\ufeff{}', '// c\n{}'],
  ],
  [
    'a name twice',
    [`{"a":${tensor(0, 1)},"a":${tensor(1, 2)}}`, `{"a":${tensor(0, 1)},"\\u0061":${tensor(1, 2)}}`],
  ],
  ['a field twice', ['{"a":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,1]}}']],
  [
    'a field missing or unknown',
    ['{"a":{}}', '{"a":{"dtype":"F32","shape":[]}}', '{"a":{"x":1}}', '{"a":1}'],
  ],
  ['metadata that is no text', ['{"__metadata__":{"a":1}}', '{"__metadata__":[]}']],
  [
    'an offset that is no place',
    ['-1', '1.5', '1e2', '01', '"1"', 'NaN', '9007199254740992', '1e400', ''].map(
      (n) => `{"a":${tensor(n, 50)}}`,
    ),
  ],
  ['an end outside of the file', [`{"a":${tensor(0, 101)}}`, `{"a":${tensor(0, 9007199254740991)}}`]],
  ['an end before its beginning', [`{"a":${tensor(2, 1)}}`]],
  ['overlap', [`{"a":${tensor(0, 10)},"b":${tensor(9, 20)}}`, `{"a":${tensor(0, 10)},"b":${tensor(0, 10)}}`]],
  [
    'one or three offsets',
    ['[]', '[0]', '[0,1,2]'].map((o) => `{"a":{"dtype":"F32","shape":[],"data_offsets":${o}}}`),
  ],
  ['a zero character as padding', ['{}\0']],
  ['a control character in a text', [`{"a\n":${tensor(0, 1)}}`]],
])('B20: %s', (_, headers) => {
  test.each(headers)('%s is refused', async (header) => {
    expect(await rangesOf(header)).toBeNull();
  });
});

test('all numbers of a shape are read, and the first nine kept', async () => {
  const header = (last: string) =>
    `{"a":{"dtype":"U8","shape":[${'7,'.repeat(1_000_000)}${last}],"data_offsets":[0,1]}}`;
  expect((await rangesOf(header('1')))?.[0]?.shape).toEqual(Array(9).fill(7));
  expect(await rangesOf(header('x'))).toBeNull();
});

test('B20: a header that is not UTF-8 is refused', async () => {
  const bytes = makeSafetensors([{ name: 'aaaa', bytes: data }]);
  bytes[bytes.indexOf(0x61)] = 0xff;
  expect(await readSafetensors(fileOf(bytes))).toBeNull();
});

test.each([
  ['shorter than its length field', 7n, 7],
  ['header longer than the file', 93n, 100],
  ['header of 2^63 bytes', 2n ** 63n, 100],
  ['header of 2^32 bytes', 2n ** 32n, 2 ** 40],
  ['header above the cap', BigInt(MAX_HEADER_BYTES) + 1n, 2 ** 40],
])('B20: a file with a %s is refused before its header is read', async (_, length, size) => {
  const field = new Uint8Array(8);
  new DataView(field.buffer).setBigUint64(0, length, true);
  const reads: number[] = [];
  const read = async (_offset: number, bytes: number) => {
    reads.push(bytes);
    return field;
  };
  expect(await readSafetensors({ path: 'm', size, read })).toBeNull();
  expect(reads.every((bytes) => bytes === 8)).toBe(true);
});

test(`B20: ${MAX_TENSORS} tensors are read, one more is not`, async () => {
  const list = (count: number) =>
    `{${Array.from({ length: count }, (_, i) => `"${i}":${tensor(0, 0)}`).join(',')}}`;
  expect(await rangesOf(list(MAX_TENSORS))).toHaveLength(MAX_TENSORS);
  expect(await rangesOf(list(MAX_TENSORS + 1))).toBeNull();
});

test('B20: deeply nested brackets end in a refusal, not in a full stack', async () => {
  expect(await rangesOf('{"a":'.repeat(200_000))).toBeNull();
  expect(await rangesOf(`{"a":{"shape":${'['.repeat(200_000)}`)).toBeNull();
});

test('B20: any header ends in tensors within the file or in null, never in an exception', async () => {
  const text = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,90]},"__metadata__":{"b":"c"}}';
  await fc.assert(
    fc.asyncProperty(fc.nat(text.length), fc.nat(3), fc.string({ maxLength: 3 }), async (at, cut, insert) => {
      const ranges = await rangesOf(text.slice(0, at) + insert + text.slice(at + cut));
      for (const { begin, end } of ranges ?? []) expect(begin <= end && end <= 1_000).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
