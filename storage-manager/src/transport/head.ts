import { KiB } from '../limits.ts';
import { TransportFault } from './fault.ts';

/** The head of an answer, and of what it says of its body only what is consistent. */
export interface Head {
  readonly status: number;
  /** By lower-case name; of several with one name, their values joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  readonly framing: Framing;
  /** The connection may carry another request. */
  readonly keepsOpen: boolean;
}

/** Where a body ends (RFC 9112 §6.3): after so many bytes, with its last chunk, or with the connection. */
export type Framing = number | 'chunked' | 'close';

/** Of a head, and of the trailers of a body. */
export const MAX_HEAD_BYTES = 16 * KiB;
const MAX_FIELDS = 128;

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [^\r\n]*)?$/;
// Two steps, each of one pass: an expression for both at once would try every way to share out 16 KiB of blanks, for hours.
const FIELD = /^([!#$%&'*+.^_`|~\w-]+):([\t\x20-\x7e\x80-\xff]*)$/;
const WITHOUT_BLANKS = /^[ \t]*(.*[^ \t])?/;

/**
 * Stricter than RFC 9112 where leniency lets two readers see two answers: lines end in CRLF, nothing is folded, and length
 * and transfer coding exclude one another.
 * @param text latin-1, without the empty line at its end
 * @throws TransportFault
 */
export function parseHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n');
  const [, minor, digits] = STATUS_LINE.exec(first) ?? [];
  if (digits === undefined) throw new TransportFault('its answer is no HTTP/1.1');
  const headers = parseFields(lines);
  const status = Number(digits);
  const framing = framingOf(status, headers);
  const connection = (headers.get('connection') ?? '').toLowerCase();
  const keepsOpen = minor === '1' && framing !== 'close' && !/\bclose\b/.test(connection);
  return { status, headers, framing, keepsOpen };
}

/** @throws TransportFault where a line is no field, or there are more than 128 */
export function parseFields(lines: readonly string[]): Map<string, string> {
  if (lines.length > MAX_FIELDS) throw new TransportFault(`it sent more than ${MAX_FIELDS} header fields`);
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name = '', padded = ''] = FIELD.exec(line) ?? [];
    if (name === '') throw new TransportFault('a line of its header is no field');
    const [, value = ''] = WITHOUT_BLANKS.exec(padded) ?? [];
    const key = name.toLowerCase();
    const before = fields.get(key);
    fields.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return fields;
}

function framingOf(status: number, headers: ReadonlyMap<string, string>): Framing {
  const coding = headers.get('transfer-encoding');
  const length = headers.get('content-length');
  if (coding !== undefined && length !== undefined)
    throw new TransportFault('it gave both a length and a transfer coding');
  if (status < 200 || status === 204 || status === 304) return 0;
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked') throw new TransportFault(`it used the transfer coding ${coding}`);
    return 'chunked';
  }
  if (length === undefined) return 'close';
  if (!/^\d{1,15}$/.test(length)) throw new TransportFault(`it gave the length ${length}`);
  return Number(length);
}
