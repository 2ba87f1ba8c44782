/** Tars written by hand, record by record: what no honest program would write. */

const RECORD = 512;

export interface RawEntry {
  readonly name: string | Uint8Array;
  readonly type?: string;
  readonly body?: string | Uint8Array;
  /** The size field, where it is not the body's length: a number in octal, or the field's very bytes. */
  readonly size?: number | Uint8Array;
  readonly link?: string;
  readonly prefix?: string;
  readonly mode?: number;
  /** `gnu`: its magic instead of POSIX's; `v7`: none; `odd`: nobody's. */
  readonly magic?: 'gnu' | 'v7' | 'odd';
  /** Added to the right checksum. */
  readonly checksumOff?: number;
}

export function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? new TextEncoder().encode(text) : text;
}

export function header(entry: RawEntry): Uint8Array {
  const record = new Uint8Array(RECORD);
  const { name, type = '0', size = bytesOf(entry.body ?? '').length, link = '', prefix = '' } = entry;
  record.set(bytesOf(name).subarray(0, 100), 0);
  record.set(octal(entry.mode ?? 0o644, 8), 100);
  record.set(octal(0, 8), 108);
  record.set(octal(0, 8), 116);
  record.set(typeof size === 'number' ? octal(size, 12) : size, 124);
  record.set(octal(1_700_000_000, 12), 136);
  record.set(bytesOf(type), 156);
  record.set(bytesOf(link).subarray(0, 100), 157);
  const magics = { posix: 'ustar\x0000', gnu: 'ustar  \0', v7: '', odd: 'ustar\x0001' };
  record.set(bytesOf(magics[entry.magic ?? 'posix']), 257);
  record.set(bytesOf(prefix), 345);
  record.fill(0x20, 148, 156);
  const sum = record.reduce((all, byte) => all + byte, 0) + (entry.checksumOff ?? 0);
  record.set(bytesOf(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return record;
}

/** A whole tar of these entries. */
export function makeTar(entries: readonly RawEntry[], { end = 2 * RECORD } = {}): Uint8Array {
  const parts = entries.flatMap((entry) => {
    const body = bytesOf(entry.body ?? '');
    return [header(entry), body, new Uint8Array((RECORD - (body.length % RECORD)) % RECORD)];
  });
  return Buffer.concat([...parts, new Uint8Array(end)]);
}

/** An extended header of these records. */
export function pax(records: Readonly<Record<string, string>>, type: 'x' | 'g' = 'x'): RawEntry {
  const body = Object.entries(records)
    .map(([key, value]) => paxRecord(key, value))
    .join('');
  return { name: 'PaxHeaders/1', type, body };
}

/** Its length counts its own digits. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = bytesOf(rest).length;
  while (String(length).length + bytesOf(rest).length !== length)
    length = String(length).length + bytesOf(rest).length;
  return `${length}${rest}`;
}

/** GNU's base 256: 0x80, or 0xff for what is negative, and the number. */
export function base256(value: bigint): Uint8Array {
  const field = new Uint8Array(12);
  let rest = BigInt.asUintN(96, value);
  for (let at = 11; at >= 0; at -= 1, rest >>= 8n) field[at] = Number(rest & 0xffn);
  field[0] = value < 0n ? 0xff : 0x80;
  return field;
}

function octal(value: number, width: number): Uint8Array {
  return bytesOf(`${value.toString(8).padStart(width - 1, '0')}\0`);
}
