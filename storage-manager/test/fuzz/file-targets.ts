/** Files that others have made: tensors, archives, and whatever a model may hold. */
import type { FileHandle } from 'node:fs/promises';
import { scanTar } from '../../src/archive/scan.ts';
import { readGgufLayout } from '../../src/chunkers/gguf.ts';
import { readSafetensorsLayout } from '../../src/chunkers/safetensors.ts';
import type { TensorLayout } from '../../src/chunkers/tensor-header.ts';
import { classify } from '../../src/policy/classify.ts';
import { isRefused } from '../../src/policy/formats.ts';
import { JsonScanner } from '../../src/policy/json-scanner.ts';
import type { FuzzTarget } from '../../src/testing/fuzz/fuzz.ts';
import { makeTar, pax } from '../archive/make-tar.ts';
import { fileOf } from '../chunkers/cut-file.ts';
import {
  ARRAY,
  alignmentPair,
  F32,
  ggufFile,
  info,
  pair,
  STRING,
  text,
  u32,
  u64,
} from '../chunkers/make-gguf.ts';
import { makeSafetensors, withHeader } from '../chunkers/make-safetensors.ts';
import { CORPUS } from '../policy/corpus.ts';

const latin1 = (word: string) => Buffer.from(word, 'latin1');

/** Tensors lie in the file, in order, none over another. */
function isLaidOut(layout: TensorLayout | null, size: number): boolean {
  let free = 0;
  for (const { begin, end } of layout?.tensors ?? []) {
    if (!(begin <= end && end <= size && (begin === end || begin >= free)))
      throw new Error('tensors leave the file');
    if (begin < end) free = end;
  }
  return layout !== null;
}

/** Every second input says how long its header is: up to its last brace. */
function withLength(input: Uint8Array): Uint8Array {
  const end = input.lastIndexOf(0x7d) + 1;
  if (input.byteLength % 2 === 0 || end < 8) return input;
  return Buffer.concat([u64(end - 8), input.subarray(8)]);
}

const gguf = ggufFile(
  {
    metadata: [
      alignmentPair(64),
      pair('t', ARRAY, u32(STRING), u64(2), text('a'), text('b')),
      pair('n', ARRAY, u32(ARRAY), u64(1), u32(STRING), u64(0)),
    ],
    infos: [info('one', F32, [4], 0), info('q', 2, [64, 2], 64), info('x', 77, [3], 192)],
  },
  new Uint8Array(300).fill(255),
  64,
);
const tensors = makeSafetensors(
  [
    { name: 'a', bytes: new Uint8Array(8) },
    { name: 'b', bytes: new Uint8Array(16) },
  ],
  { format: 'pt' },
);

const tars = [
  makeTar([
    { name: 'a/b.bin', body: 'content' },
    { name: 'd/', type: '5' },
  ]),
  makeTar([pax({ path: 'long/name', size: '3' }), { name: 'x', body: 'abc' }]),
  makeTar([
    { name: '././@LongLink', type: 'L', body: 'another/name\0' },
    { name: 'x', body: 'abc' },
  ]),
];

/** Every second input has right sums, so that more than the first check is tried. */
function withSums(input: Uint8Array): Uint8Array {
  if (input.byteLength % 2 === 0) return input;
  const tar = Uint8Array.from({ length: Math.ceil(input.byteLength / 512) * 512 }, (_, at) => input[at] ?? 0);
  for (let at = 0; at < tar.byteLength; at += 512) {
    const record = tar.subarray(at, at + 512);
    if (record.every((byte) => byte === 0)) continue;
    record.fill(0x20, 148, 156);
    const sum = record.reduce((all, byte) => all + byte, 0);
    record.set(latin1(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  }
  return tar;
}

async function readTar(input: Uint8Array): Promise<boolean> {
  const tar = withSums(input);
  const read = async (into: Uint8Array, offset: number, length: number, position: number) => {
    const piece = tar.subarray(position, position + length);
    into.set(piece, offset);
    return { bytesRead: piece.byteLength };
  };
  // Of a file only this is asked where nothing is compressed.
  const file = { read, stat: async () => ({ size: tar.byteLength }) } as unknown as FileHandle;
  const { entries, end } = await scanTar(file, false);
  for (const { content, size } of entries)
    if (content + size > end) throw new Error('an entry leaves the tar');
  return true;
}

/** Whatever `JSON.parse` takes as a list or map, the scanner takes. */
function scanJson(input: Uint8Array): boolean {
  const scanner = new JsonScanner(() => {});
  scanner.push(input);
  const taken = scanner.end();
  const parsed = parsedJson(input);
  if (typeof parsed === 'object' && parsed !== null && !taken) throw new Error('JSON.parse takes it');
  return taken;
}

function parsedJson(input: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input));
  } catch {
    return undefined;
  }
}

const small = CORPUS.filter(([, , bytes]) => bytes.byteLength > 0 && bytes.byteLength < 5_000);

export const FILE_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'safetensors',
    samples: [tensors, withHeader('{}')],
    words: [
      '{',
      '"',
      '"dtype":',
      '"shape":[1]',
      '"data_offsets":[0,8]',
      '\\u0061',
      '[',
      '9007199254740992',
    ].map(latin1),
    parse: async (input) => {
      const file = fileOf(withLength(input));
      return isLaidOut(await readSafetensorsLayout(file), file.size);
    },
  },
  {
    name: 'GGUF',
    samples: [gguf],
    words: [text('general.alignment'), u32(ARRAY), u32(STRING), u64(2), u64(2 ** 40)],
    parse: async (input) => isLaidOut(await readGgufLayout(fileOf(input)), input.byteLength),
  },
  {
    name: 'tar',
    samples: tars,
    words: ['../', '/', 'ustar\x0000', '\xff\xff', '12 path=../x\n', '11 size=-1\n', '0000777'].map(latin1),
    parse: readTar,
  },
  {
    name: 'formats of files',
    samples: small.map(([, , bytes]) => bytes),
    words: [
      'cos\ngetenv\n',
      "S'HOME'\n",
      'tR.',
      '\x80\x04\x95',
      'PK\x05\x06',
      '{"auto_map":',
      '!!python/',
    ].map(latin1),
    parse: async (input) => !isRefused((await classify(fileOf(input, 'file'))).format),
  },
  {
    name: 'JSON of models',
    samples: [
      '{"a": [1, -2.5e3, true, null, "x\\u00e9\\\\"], "b": {"c": {}}}',
      '[[], [{}], "é", 1e400, -0]',
    ].map((json) => Buffer.from(json)),
    words: ['"', '\\', '\\u0022', '{"a":', '}', '[', ']', ',', ':', '1', 'null', 'NaN', '\n'].map(latin1),
    parse: scanJson,
  },
];
