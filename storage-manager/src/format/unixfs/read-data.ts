/** The kinds of a UnixFS node (https://specs.ipfs.tech/unixfs/). */
export const UNIXFS_RAW = 0;
export const UNIXFS_DIRECTORY = 1;
export const UNIXFS_FILE = 2;
export const UNIXFS_SHARD = 5;

/** The protobuf message in a dag-pb node that makes it a UnixFS one; mode and time of the file are passed over. */
export interface UnixFsData {
  readonly type: number;
  /** A view into the block. */
  readonly data: Uint8Array | null;
  readonly fileSize: number | null;
  readonly blockSizes: readonly number[];
  /** Of a sharded directory. */
  readonly fanout: number | null;
}

const VARINT = 0;
const BYTES = 2;

/** Field number → its wire type; `blocksizes` alone may stand more than once. */
const FIELDS = new Map([
  [1, VARINT],
  [2, BYTES],
  [3, VARINT],
  [4, VARINT],
  [5, VARINT],
  [6, VARINT],
  [7, VARINT],
  [8, BYTES],
]);
const BLOCK_SIZES = 4;

/** Null where the bytes are no such message: a field unknown, of another type, twice, cut off, or too large. */
export function readUnixFsData(bytes: Uint8Array): UnixFsData | null {
  const numbers = new Map<number, number>();
  const blockSizes: number[] = [];
  let data: Uint8Array | null = null;
  let hasTime = false;
  for (let at = 0; at < bytes.byteLength; ) {
    const key = bytes[at]!;
    const field = key >> 3;
    const value = FIELDS.get(field) === (key & 7) ? readVarint(bytes, at + 1) : null;
    if (value === null) return null;
    at = value.end;
    if ((key & 7) === BYTES) {
      if (field === 2 ? data !== null : hasTime) return null;
      if (at + value.number > bytes.byteLength) return null;
      if (field === 2) data = bytes.subarray(at, at + value.number);
      else hasTime = true;
      at += value.number;
    } else if (field === BLOCK_SIZES) blockSizes.push(value.number);
    else if (numbers.has(field)) return null;
    else numbers.set(field, value.number);
  }
  const type = numbers.get(1);
  if (type === undefined) return null;
  return { type, data, fileSize: numbers.get(3) ?? null, blockSizes, fanout: numbers.get(6) ?? null };
}

/** Null beyond 2^53 - 1 and at the end of the bytes. */
function readVarint(
  bytes: Uint8Array,
  from: number,
): { readonly number: number; readonly end: number } | null {
  let number = 0;
  for (let at = from, scale = 1; at < bytes.byteLength; at += 1, scale *= 0x80) {
    const byte = bytes[at]!;
    number += (byte & 0x7f) * scale;
    if (number > Number.MAX_SAFE_INTEGER || scale > 2 ** 49) return null;
    if (byte < 0x80) return { number, end: at + 1 };
  }
  return null;
}
