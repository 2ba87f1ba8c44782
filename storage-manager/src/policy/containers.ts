import type { RandomAccess } from '../interfaces.ts';
import { KiB, MiB } from '../limits.ts';
import { shown, type Verdict } from './formats.ts';
import { startsWith } from './magic.ts';

/**
 * Containers that a loader also finds behind or around other bytes, so that a file may be one of these beside what it
 * begins as: a zip by its end, a tar by the sum in its first record, HDF5 at 0 or 512 · 2^n.
 */

const RECORD_BYTES = 512;
/** In the record of a tar. */
const [SUM_AT, SUM_BYTES] = [148, 8];

/** The end of a zip, without the comment behind it. */
const END_BYTES = 22;
/** Where the directory can't say its place in 32 bits, and where torch wrote it, two more records stand before the end. */
const END_64_BYTES = 76;
const LOCATOR_BYTES = 20;
/** Python looks one byte further than a comment can be long; miniz, by which torch reads, up to a block of 4 KiB. */
const TAIL_BYTES = END_64_BYTES + END_BYTES + 64 * KiB + 4 * KiB;
/** Of a zip's directory so much is read to name what lies in it. */
const MAX_DIRECTORY_BYTES = MiB;
const ENTRY_BYTES = 46;
/** Ends that lead to no directory: no file of data has so many by chance, and each costs reads. */
const MAX_ENDS = 64;

/** As Python finds a zip: the last end record in the tail, whatever follows it. */
export async function zipInTail(file: RandomAccess): Promise<Verdict | null> {
  const start = Math.max(0, file.size - TAIL_BYTES);
  const tail = await file.read(start, file.size - start);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  let ends = 0;
  for (let at = tail.byteLength - END_BYTES; at >= 0; at -= 1) {
    if (!startsWith(tail, 'PK\x05\x06', at)) continue;
    ends += 1;
    if (ends > MAX_ENDS) return zipOf([]);
    const bytes = view.getUint32(at + 12, true);
    const end = start + at;
    for (const begin of [end - bytes, end - END_64_BYTES - bytes, view.getUint32(at + 16, true)]) {
      // It may also stand behind its end, where older versions of miniz find it.
      const length = Math.min(bytes, MAX_DIRECTORY_BYTES, file.size - begin);
      if (begin < 0 || length < ENTRY_BYTES) continue;
      if (startsWith(await file.read(begin, 4), 'PK\x01\x02'))
        return zipOf(namesIn(await file.read(begin, length)));
    }
    // Python then takes the place of the directory from the record before, whatever this one says.
    if (bytes === 0xffffffff || startsWith(tail, 'PK\x06\x07', at - LOCATOR_BYTES)) return zipOf([]);
  }
  return null;
}

function namesIn(directory: Uint8Array): string[] {
  const view = new DataView(directory.buffer, directory.byteOffset, directory.byteLength);
  const names: string[] = [];
  for (let at = 0; at + ENTRY_BYTES <= directory.byteLength && startsWith(directory, 'PK\x01\x02', at); ) {
    const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const from = at + ENTRY_BYTES;
    names.push(new TextDecoder().decode(directory.subarray(from, from + name!)));
    at = from + name! + extra! + comment!;
  }
  return names;
}

function zipOf(names: readonly string[]): Verdict {
  const pickle = names.find((name) => /\.(pkl|pickle)$/.test(name));
  if (pickle === undefined) return { format: 'archive', what: 'a zip archive' };
  return { format: 'pickle', what: `a zip archive with the pickle ${shown(pickle)}` };
}

/** By the sum of the record, with signs or without, which old tars without a magic have, too. */
export function tarAtStart(head: Uint8Array): Verdict | null {
  if (head.byteLength < RECORD_BYTES) return null;
  const record = head.subarray(0, RECORD_BYTES);
  const rest = Array.from(record).toSpliced(SUM_AT, SUM_BYTES);
  const sum = rest.reduce((all, byte) => all + byte, SUM_BYTES * 0x20);
  const signed = sum - 256 * rest.filter((byte) => byte > 0x7f).length;
  const said = sumSaid(record.subarray(SUM_AT, SUM_AT + SUM_BYTES));
  if (said !== sum && said !== Math.abs(signed)) return null;
  return { format: 'archive', what: 'a tar archive' };
}

/** In every way to write it that Python takes: octal, also as `0o7_7`, between blanks and before a zero; or in bytes. */
function sumSaid(field: Uint8Array): number | null {
  const view = new DataView(field.buffer, field.byteOffset, field.byteLength);
  if (field[0] === 0xff) return Math.abs(Number(view.getBigInt64(0)));
  if (field[0] === 0x80) return Number(BigInt.asUintN(56, view.getBigUint64(0)));
  const [text = ''] = String.fromCharCode(...field).split('\0', 1);
  if (!/^([^!-\xff]|[-+_oO0-7])*$/.test(text)) return null;
  return Number.parseInt(`0${text.replace(/[^0-7]/g, '')}`, 8);
}

export async function hdf5Anywhere(file: RandomAccess): Promise<Verdict | null> {
  for (let at = 0; at + 8 <= file.size; at = Math.max(RECORD_BYTES, at * 2))
    if (startsWith(await file.read(at, 8), '\x89HDF\r\n\x1a\n'))
      return { format: 'hdf5', what: 'an HDF5 file, whose Keras layers may hold code' };
  return null;
}
