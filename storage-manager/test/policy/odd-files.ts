/** Files that Python takes, and a judge that reads as the documents say does not. */
import { Buffer } from 'node:buffer';
import type { FileFormat } from '../../src/policy/formats.ts';
import { header } from '../archive/make-tar.ts';
import { bytesField, makeOnnx } from './make-protobuf.ts';

type OddFile = readonly [kind: 'pickle' | 'tar' | 'zip', bytes: Uint8Array, format: FileFormat];

const latin1 = (text: string) => Buffer.from(text, 'latin1');

const blanks = ' '.repeat(250);
const RUNS = "0cos\ngetenv\n(S'HOME'\ntR.";
const calling = (before: string, runs = RUNS): OddFile => ['pickle', latin1(before + runs), 'pickle'];

/** Behind the key of a field that opens a mark: `(`, then `I`, and a field of 49 (`1`) bytes, in which the line ends. */
const onnx = Buffer.concat([
  latin1('(I'),
  bytesField(6, latin1(`\0\n${RUNS}`.padEnd('1'.charCodeAt(0)))),
  makeOnnx(),
]);

/** A tar whose sum is written so. */
function tar(write: (sum: number) => string | Buffer, name = 'storages'): OddFile {
  const record = Buffer.from(header({ name, size: 0 }));
  record.fill(0x20, 148, 156);
  const written = write(record.reduce((all, byte) => all + byte, 0));
  record.set(typeof written === 'string' ? latin1(written.padEnd(8, '\0')) : written, 148);
  return ['tar', record, 'archive'];
}

function inBytes(sum: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(sum));
  bytes[0] = 0x80;
  return bytes;
}

/** A zip of one empty file, of which the last record lies: the one before says where the directory is. */
function zip64(comment = 0): Uint8Array {
  const local = Buffer.alloc(30);
  local.write('PK\x03\x04', 'latin1');
  const entry = Buffer.alloc(47, 0);
  entry.write('PK\x01\x02', 'latin1');
  entry.writeUInt16LE(1, 28);
  entry.write('a', 46);
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 'latin1');
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(1n, 24);
  record.writeBigUInt64LE(1n, 32);
  record.writeBigUInt64LE(47n, 40);
  record.writeBigUInt64LE(30n, 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeUInt32LE(1, 16);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt32LE(5, 12);
  return Buffer.concat([latin1(' '), local, entry, record, locator, end, Buffer.alloc(comment)]);
}

export const files: Readonly<Record<string, OddFile>> = {
  'a number behind blanks': calling(`I${blanks}5\n`),
  'a number before blanks': calling(`I5${blanks}\n`),
  'a number of many digits': calling(`I${'1'.repeat(250)}\n`),
  'a long number behind blanks': calling(`L${blanks}5L\n`),
  'a long number with a blank in it': calling('L5 L\n'),
  'a place to get behind blanks': calling(`Np1\n0g${blanks}1\n`),
  'a place to put behind blanks': calling(`Np${blanks}1\n`),
  'a number that ends at a zero': calling('I5\0 and more!\n'),
  'a fraction that ends at a zero': calling('F1.5\0 and more!\n'),
  'ONNX with such a number': ['pickle', onnx, 'pickle'],
  'a module of any name, as torch takes it': calling('I1\n.(d.c any module\nFloatStorage\n'),
  'APPEND calls a method': calling('csys\npath\n', "S'/x'\na and so on"),
  'SETITEM calls a method': calling('cos\nenviron\n', "S'A'\nS'b'\ns and so on"),
  'APPENDS calls a method': calling('csys\npath\n', "(S'/x'\ne and so on"),
  'SETITEMS calls a method': calling('cos\nenviron\n', "(S'A'\nS'b'\nu and so on"),
  'ADDITEMS calls a method': calling('cos\nx\n', "(S'A'\n\x90 and so on"),
  'a sum behind 0o': tar((sum) => `0o${sum.toString(8)}`),
  'a sum behind a sign': tar((sum) => `+${sum.toString(8)}`),
  'a sum behind a tab': tar((sum) => `\t${sum.toString(8)}\v`),
  'a sum with a line in it': tar((sum) => `0_${sum.toString(8)}`),
  'a sum before a zero and more': tar((sum) => `${sum.toString(8)}\0x`),
  'a sum in bytes': tar(inBytes),
  'a sum of bytes with signs': tar((sum) => (sum - 256 * 8).toString(8), 'éàüß'),
  'a zip whose last record lies': ['zip', zip64(), 'archive'],
  'the same with the longest comment': ['zip', zip64(65_535), 'archive'],
  'a zip with one byte more behind it': ['zip', zip64(65_536), 'archive'],
};
