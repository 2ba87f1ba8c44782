/** Files of every format, and files that try to pass for another: each with what it must be called. */
import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import type { FileFormat } from '../../src/policy/formats.ts';
import { header, makeTar } from '../archive/make-tar.ts';
import { makeGguf } from '../chunkers/make-gguf.ts';
import { makeSafetensors, withHeader } from '../chunkers/make-safetensors.ts';
import {
  bytesField,
  deepGraph,
  makeOnnx,
  makeSavedModel,
  makeSentencePiece,
  tensorAt,
  tensorInBranch,
  textField,
} from './make-protobuf.ts';
import pickles from './pickles.json' with { type: 'json' };

export type Sample = readonly [what: string, path: string, bytes: Uint8Array, format: FileFormat];

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const utf8 = (text: string) => Buffer.from(text);
const padded = (text: string, length: number) => Buffer.concat([latin1(text), Buffer.alloc(length)]);
export const pickle = (name: keyof typeof pickles) => Buffer.from(pickles[name], 'hex');

/** 4 bytes behind `U8`, and as many as wanted. */
const tensors = makeSafetensors([{ name: 'w', bytes: new Uint8Array(64).fill(7) }]);
const tensorHeader = (fields: string) => withHeader(`{"w":{${fields}}}`, new Uint8Array(64));
/** A text that Python, read as a pickle, would run: protocol 0 is ASCII. */
const RUNS = "cos\ngetenv\n(S'HOME'\ntR.";
const numpy = (descr: string, shape: string, data: Uint8Array) => {
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  return Buffer.concat([latin1('\x93NUMPY\x01\x00\x76\x00'), latin1(`${text}\n`), data]);
};
const png = (more: string) =>
  latin1(`\x89PNG\r\n\x1a\n\0\0\0\x01IDATx\0\0\0\0\0\0\0\0IEND\xaeB\x60\x82${more}`);
/** The directory and the end of an empty-named zip, behind anything. */
const zipTail = (name: string) => {
  const entry = Buffer.alloc(46);
  entry.write('PK\x01\x02', 'latin1');
  entry.writeUInt16LE(name.length, 28);
  const directory = Buffer.concat([entry, latin1(name)]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt32LE(directory.byteLength, 12);
  return Buffer.concat([directory, end]);
};
/** The same two the other way round. */
const zipBackwards = () => {
  const zip = zipTail('x');
  const [directory, end] = [zip.subarray(0, -22), Buffer.from(zip.subarray(-22))];
  end.writeUInt32LE(end.byteLength, 16);
  return Buffer.concat([end, directory]);
};

const DATA: readonly Sample[] = [
  ['safetensors', 'model.safetensors', tensors, 'safetensors'],
  ['safetensors by another name', 'weights', tensors, 'safetensors'],
  [
    'safetensors of four bits',
    'model.safetensors',
    tensorHeader('"dtype":"F4","shape":[2,64],"data_offsets":[0,64]'),
    'safetensors',
  ],
  ['GGUF', 'model.gguf', makeGguf([{ name: 'w', bytes: new Uint8Array(100) }]), 'gguf'],
  ['ONNX', 'model.onnx', makeOnnx(), 'onnx'],
  ['ONNX with a branch', 'm.onnx', makeOnnx(tensorInBranch('./data/w.bin')), 'onnx'],
  ['ONNX with its data in a file beside it', 'model.onnx', makeOnnx(tensorAt('model.onnx_data')), 'onnx'],
  ['a vocabulary', 'tokenizer.model', makeSentencePiece(), 'sentencepiece'],
  ['an array of numbers', 'a.npy', numpy("'<f4'", '(2, 3)', new Uint8Array(24)), 'numpy'],
  ['JSON', 'config.json', utf8('{"a": [1, -2.5e3, true, null, "é\\u00e9"], "b": {}}\n'), 'json'],
  ['JSON as Python writes it', 'config.json', utf8('{"a": NaN, "b": -Infinity}'), 'json'],
  ['JSON that trusts no code', 'config.json', utf8('{"trust_remote_code": false}'), 'json'],
  [
    'Markdown with code in it',
    'README.md',
    utf8('---\nlicense: mit\n---\n# M\n```python\nimport os\n```\n'),
    'text',
  ],
  ['lines of JSON', 'data.jsonl', utf8('{"a": 1}\n{"a": 2}\n'), 'text'],
  ['merges of a vocabulary', 'merges.txt', utf8('#version: 0.2\nĠ t\nc a\nca t\n'), 'text'],
  ['a list of words that begins as a pickle does', 'vocab.txt', utf8('cat\ndog\nRat\n(S)\n'), 'text'],
  ['JSON of Keras', 'm.json', utf8('{"layers": [{"class_name": "Dense", "name": "Lambda"}]}'), 'json'],
  ['YAML', 'a.yaml', utf8('a: !!str 1\nb: "x ! y"\n'), 'text'],
  ['YAML with escapes', 'a.yaml', utf8('a: "caf\\xe9 \\u2014 \\\n  b"\nc: *d\n'), 'text'],
  ['nothing', 'empty.txt', new Uint8Array(), 'text'],
  ['PNG', 'a.png', png(''), 'image'],
];

const CODE: readonly Sample[] = [
  ...([0, 1, 2, 3, 4, 5] as const).map(
    (n): Sample => [`a pickle of protocol ${n}`, 'model.safetensors', pickle(`protocol ${n}`), 'pickle'],
  ),
  ...([0, 1, 2, 3, 4, 5] as const).map(
    (n): Sample => [
      `a pickle of data, protocol ${n}`,
      'config.json',
      pickle(`data, protocol ${n}`),
      'pickle',
    ],
  ),
  ['a pickle as torch wrote it before', 'pytorch_model.bin', pickle('legacy torch'), 'pickle'],
  ['a pickle in a zip', 'model.safetensors', pickle('torch'), 'pickle'],
  ['a pickle with an instance', 'a.json', pickle('an instance'), 'pickle'],
  ['a pickle before text', 'README.md', utf8(`${RUNS}\n# A model\n`), 'pickle'],
  ['a pickle that fails after its call', 'README.md', utf8(`${RUNS.slice(0, -1)} and so on`), 'pickle'],
  ['a second pickle behind one of nothing', 'README.md', utf8(`N.I1001\n.(d.${RUNS}`), 'pickle'],
  ['a pickle whose last line has no end', 'a.txt', utf8("(S'HOME'\nios\ngetenvX"), 'pickle'],
  ['a pickle of a million steps', 'a.txt', utf8(`${'N0'.repeat(500_001)}${RUNS}`), 'pickle'],
  ['an array of objects', 'a.npy', numpy("'|O'", '(1,)', pickle('protocol 3')), 'pickle'],
  ['Python', 'modeling.txt', utf8('# Copyright\n"""Doc."""\nimport os\nos.getenv("HOME")\n'), 'python'],
  ['Python by its name', 'modeling.PY', utf8('print(1)\n'), 'python'],
  ['a notebook', 'train.ipynb', utf8('{"cells": []}'), 'python'],
  ['a script', 'run', utf8('#!/bin/sh\nid\n'), 'script'],
  ['a script by its name', 'setup.sh', utf8('id\n'), 'script'],
  ['JSON that asks for code', 'config.json', utf8('{"auto_map": {"AutoModel": "m.M"}}'), 'custom-code'],
  ['the same, hidden in an escape', 'config.json', utf8('{"a":[{"auto_\\u006dap": "m.M"}]}'), 'custom-code'],
  ['JSON that trusts code', 'config.json', utf8('{"trust_remote_code" : true}'), 'custom-code'],
  [
    'JSON that names a function',
    'config.json',
    utf8('{"_target_": "os.getenv", "key": "HOME"}'),
    'custom-code',
  ],
  [
    'JSON of Keras with a function',
    'm.json',
    utf8('{"layers": [{"class_name": "Lambda", "x": 1}]}'),
    'custom-code',
  ],
  ['YAML that hides its tag', 'a.yml', utf8('a: !!%70ython/object/apply:os.getenv [HOME]\n'), 'custom-code'],
  ['YAML that names its tags', 'a.yaml', utf8('%TAG !p! tag:yaml.org,2002:\n---\na: 1\n'), 'custom-code'],
  ['YAML of Hydra', 'a.yaml', utf8('model:\n  _target_: os.getenv\n'), 'custom-code'],
  ['YAML of Hydra with an escape', 'a.yaml', utf8('"\\x5ftarget_": os.getenv\n'), 'custom-code'],
  ['the same, of 16 bits', 'a.yaml', utf8('"_t\\u0061rget_": os.getenv\n'), 'custom-code'],
  ['YAML of Hydra in two lines', 'a.yaml', utf8('? "_tar\\\n  get_"\n: os.getenv\n'), 'custom-code'],
  ['YAML of Hydra by an anchor', 'a.yaml', utf8('x: &a _target_\n*a : os.getenv\n'), 'custom-code'],
  [
    'YAML of Hydra over a border of what is read',
    'a.yaml',
    utf8(`${'#'.repeat(2 ** 20 - 60)}\n_target_${' '.repeat(99)}: os.getenv\n`),
    'custom-code',
  ],
  ['YAML that calls', 'config.yaml', utf8('a: !!python/object/apply:os.getenv [HOME]\n'), 'custom-code'],
  ['a shared object', 'lib.safetensors', padded('\x7fELF\x02\x01\x01', 64), 'program'],
  ['a program of Windows', 'a.json', padded('MZ\x90\0', 64), 'program'],
  ['a Mach-O library', 'a.dylib', padded('\xcf\xfa\xed\xfe', 64), 'program'],
  ['a Java class', 'A.txt', padded('\xca\xfe\xba\xbe\0\0\0\x34', 64), 'program'],
  ['WebAssembly', 'a.bin', padded('\0asm\x01\0\0\0', 8), 'program'],
  ['compiled Python', '__init__.pyc', padded('\xa7\x0d\x0d\x0a', 32), 'program'],
  ['HDF5', 'model.h5', padded('\x89HDF\r\n\x1a\n', 64), 'hdf5'],
  [
    'HDF5 behind a text',
    'README.md',
    Buffer.concat([Buffer.alloc(1024, 0x20), latin1('\x89HDF\r\n\x1a\n')]),
    'hdf5',
  ],
  ['a SavedModel', 'saved_model.pb', makeSavedModel(), 'tensorflow'],
];

const OPAQUE: readonly Sample[] = [
  ['a zip', 'a.npz', zipTail('w.npy'), 'archive'],
  ['a zip with more behind it', 'a.bin', Buffer.concat([zipTail('w'), Buffer.alloc(69_000)]), 'archive'],
  [
    'a zip behind tensors',
    'model.safetensors',
    makeSafetensors([{ name: 'w', bytes: zipTail('x') }]),
    'archive',
  ],
  ['a tar', 'model.nemo', makeTar([{ name: 'a', body: 'x' }]), 'archive'],
  ['a tar without a magic', 'a.txt', header({ name: 'a', size: 0, magic: 'v7' }), 'archive'],
  ['gzip', 'a.json', gzipSync('{}'), 'archive'],
  ['zlib in letters', 'a.txt', utf8('x^ and so on'), 'archive'],
  ['zlib in letters as joblib wrote it', 'a.txt', utf8(`ZF${'0x4030'.padEnd(19)}x^ and so on`), 'archive'],
  ['a zip whose directory stands behind its end', 'a.bin', zipBackwards(), 'archive'],
  ['a file of ends of zips', 'a.bin', Buffer.from('PK\x05\x06'.repeat(100), 'latin1'), 'archive'],
  ['7z', 'a.bin', padded('7z\xbc\xaf\x27\x1c\0\x04', 32), 'archive'],
  ['zstd', 'a.bin', padded('\x28\xb5\x2f\xfd', 32), 'archive'],
  ['safetensors with more behind them', 'm.safetensors', Buffer.concat([tensors, latin1('more')]), 'unknown'],
  [
    'safetensors with a gap',
    'm.safetensors',
    tensorHeader('"dtype":"U8","shape":[60],"data_offsets":[4,64]'),
    'unknown',
  ],
  [
    'safetensors whose shape is another',
    'm.safetensors',
    tensorHeader('"dtype":"F32","shape":[64],"data_offsets":[0,64]'),
    'unknown',
  ],
  [
    'safetensors of an unknown type',
    'm.safetensors',
    tensorHeader('"dtype":"Q9","shape":[64],"data_offsets":[0,64]'),
    'unknown',
  ],
  [
    'safetensors whose shape passes 2^53',
    'm.safetensors',
    tensorHeader('"dtype":"U8","shape":[9007199254740991,9007199254740991,0],"data_offsets":[0,64]'),
    'unknown',
  ],
  [
    'safetensors behind a space',
    'm.safetensors',
    withHeader(' {"w":{"dtype":"U8","shape":[64],"data_offsets":[0,64]}}', new Uint8Array(64)),
    'unknown',
  ],
  [
    'safetensors with zeros for padding',
    'm.safetensors',
    withHeader('{"w":{"dtype":"U8","shape":[64],"data_offsets":[0,64]}}\0', new Uint8Array(64)),
    'unknown',
  ],
  [
    'safetensors of half bytes',
    'm.safetensors',
    tensorHeader('"dtype":"F4","shape":[127],"data_offsets":[0,64]'),
    'unknown',
  ],
  ['GGUF with more behind it', 'm.gguf', Buffer.concat([makeGguf([]), new Uint8Array(8192)]), 'unknown'],
  ['ONNX with a field of its own', 'm.onnx', makeOnnx(bytesField(99, utf8('x'))), 'unknown'],
  ['ONNX that reads another file', 'm.onnx', makeOnnx(tensorAt('../../etc/passwd')), 'unknown'],
  [
    'ONNX that reads another file from a branch',
    'm.onnx',
    makeOnnx(tensorInBranch('/etc/passwd')),
    'unknown',
  ],
  ['ONNX too deep', 'm.onnx', makeOnnx(deepGraph(40)), 'unknown'],
  ['ONNX cut off', 'm.onnx', makeOnnx().subarray(0, -1), 'unknown'],
  [
    'a vocabulary with a field of its own',
    't.model',
    Buffer.concat([makeSentencePiece(), textField(9, 'x')]),
    'unknown',
  ],
  ['an array that is shorter than it says', 'a.npy', numpy("'<f4'", '(2, 3)', new Uint8Array(20)), 'unknown'],
  ['an image with more behind it', 'a.png', png('more'), 'unknown'],
  ['JSON cut off', 'config.json', utf8('{"a": [1, 2'), 'unknown'],
  ['JSON with a comment', 'config.json', utf8('{"a": 1} // x'), 'unknown'],
  ['JSON behind a byte order mark', 'config.json', utf8('\ufeff{"auto_map": {}}'), 'unknown'],
  ['JSON too deep', 'config.json', utf8('['.repeat(1_001) + ']'.repeat(1_001)), 'unknown'],
  ['a text that is not UTF-8', 'a.txt', latin1('caf\xe9'), 'unknown'],
  ['a text with an escape', 'a.txt', utf8('a\u001b]0;x\u0007'), 'unknown'],
  ['zeros', 'a.bin', new Uint8Array(4096), 'unknown'],
];

export const CORPUS: readonly Sample[] = [...DATA, ...CODE, ...OPAQUE];
