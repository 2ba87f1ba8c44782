/** The head of a CBOR item (RFC 8949 §3): major type and a number, in the fewest bytes (§4.2.1). Numbers below 2^32. */
export const UINT = 0x00;
export const LIST = 0x80;
export const CBOR_NULL = 0xf6;

/** Bytes that the head of an item with this number takes. */
export function headLength(value: number): number {
  if (value < 24) return 1;
  if (value < 0x100) return 2;
  return value < 0x10000 ? 3 : 5;
}

/** @returns the place behind it */
export function writeHead(
  into: Uint8Array,
  at: number,
  major: typeof UINT | typeof LIST,
  value: number,
): number {
  const length = headLength(value);
  if (length === 1) into[at] = major | value;
  else {
    into[at] = major | (length === 2 ? 24 : length === 3 ? 25 : 26);
    for (let place = at + length - 1, rest = value; place > at; place -= 1, rest >>>= 8)
      into[place] = rest & 0xff;
  }
  return at + length;
}

/** Null where no number below 2^32 begins there. More bytes than it needs are not refused here. */
export function readUint(from: Uint8Array, at: number): number | null {
  const head = from[at];
  if (head === undefined || head > 26) return null;
  if (head < 24) return head;
  const end = at + 1 + (1 << (head - 24));
  if (end > from.byteLength) return null;
  let value = 0;
  for (let place = at + 1; place < end; place += 1) value = value * 0x100 + from[place]!;
  return value;
}
