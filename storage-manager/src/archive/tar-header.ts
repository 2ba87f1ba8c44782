import { MAX_TAR_EXTENSION_BYTES } from '../limits.ts';
import { invalidArchive } from './errors.ts';

/** Records of a tar are this long (POSIX.1-2017, pax, "ustar Interchange Format"). */
export const RECORD = 512;

/** Magic and version; archives older than both have neither. */
const POSIX = 'ustar\x0000';
const GNU = 'ustar  \0';

/** One header record, as it stands: what extended headers before it change is not in it. */
export interface TarHeader {
  readonly name: string;
  /** The type flag, `0` for the NUL of old archives. */
  readonly type: string;
  /** Bytes of what follows; null where the field is no number: what an extended header says cannot mend it, for others pass over such an entry. */
  readonly size: number | null;
}

/** What the types that could reach out of a model's folder are called. */
export const UNSAFE_TYPES: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a character device',
  '4': 'a block device',
  '6': 'a FIFO',
};

/** And those that are no plain file or folder all the same. */
export const OTHER_TYPES: Readonly<Record<string, string>> = {
  '7': 'a contiguous file',
  D: 'a dumped directory',
  M: 'part of a file that goes on in another volume',
  S: 'a sparse file',
  V: 'a volume label',
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads one header more strictly than `tar` does, which takes what it can: the two must agree on every entry.
 * @returns null for a record of zeros @throws PolicyError `ARCHIVE_INVALID`
 */
export function parseTarHeader(record: Uint8Array): TarHeader | null {
  if (record.every((byte) => byte === 0)) return null;
  const sum = record.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (numberIn(record.subarray(148, 156)) !== sum) throw invalidArchive('a header has a wrong checksum');
  const magic = String.fromCharCode(...record.subarray(257, 265));
  // Programs differ in what they take of other versions, and so in the name.
  if (magic.startsWith('ustar') && magic !== POSIX && magic !== GNU)
    throw invalidArchive('a header is of an unknown version of the format');
  // GNU keeps times where POSIX keeps the prefix.
  const prefix = magic === POSIX ? textIn(record.subarray(345, 500)) : '';
  const name = textIn(record.subarray(0, 100));
  const flag = String.fromCharCode(record[156] as number);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type: flag === '\0' ? '0' : flag,
    size: numberIn(record.subarray(124, 136)),
  };
}

/** The text of a GNU long name. @throws PolicyError `ARCHIVE_INVALID` */
export function parseLongName(body: Uint8Array): string {
  return textIn(body);
}

/** @throws PolicyError `ARCHIVE_INVALID` */
export function extensionBytes(size: number | null): number {
  if (size !== null && size <= MAX_TAR_EXTENSION_BYTES) return size;
  throw invalidArchive(`an extended header claims ${size ?? 'no'} bytes`);
}

export function utf8Text(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw invalidArchive('a name is not UTF-8', error);
  }
}

/** Up to the first NUL. */
function textIn(field: Uint8Array): string {
  const end = field.indexOf(0);
  return utf8Text(end < 0 ? field : field.subarray(0, end));
}

/** Octal digits between spaces and NULs, or GNU's base 256 after 0x80. Null: no number, negative, or beyond 2^53. */
function numberIn(field: Uint8Array): number | null {
  if (((field[0] as number) & 0x80) !== 0) return base256(field);
  const digits = /^ *([0-7]+)[ \0]*$/.exec(String.fromCharCode(...field))?.[1];
  return digits === undefined ? null : safe(Number.parseInt(digits, 8));
}

function base256(field: Uint8Array): number | null {
  if (field[0] !== 0x80) return null;
  return safe(field.subarray(1).reduce((value, byte) => value * 256 + byte, 0));
}

function safe(value: number): number | null {
  return Number.isSafeInteger(value) ? value : null;
}
