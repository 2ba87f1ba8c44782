import type { Endpoint } from './endpoint.ts';

export interface HttpRequest {
  /** A HEAD has no body in its answer, whatever length that tells. */
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Appended to the endpoint's path, with its query. */
  readonly path: string;
  /** What the caller wants, for messages: `block ab12…`. */
  readonly what: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text goes out whole; else pulled piece by piece, and a piece has left this process once the next one is asked for. */
  readonly body?: string | AsyncIterable<Uint8Array>;
}

const TARGET = /^[\x21-\x7e]+$/;
const VALUE = /^[\t\x20-\x7e]*$/;

/** The head as it is sent (RFC 9112). @throws Error where a part of it would end its line: such a caller is wrong */
export function requestHead({ origin, path, headers }: Endpoint, request: HttpRequest): string {
  const target = path + request.path;
  if (!TARGET.test(target)) throw new Error('a request target must be printable ASCII');
  const fields = Object.entries({
    host: new URL(origin).host,
    'accept-encoding': 'identity',
    ...headers,
    ...request.headers,
    ...framing(request),
  });
  for (const [name, value] of fields)
    if (!VALUE.test(value)) throw new Error(`the header field ${name} must be one line of ASCII`);
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${request.method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

function framing({ method, body }: HttpRequest): Record<string, string> {
  if (typeof body === 'string') return { 'content-length': String(Buffer.byteLength(body)) };
  if (body !== undefined) return { 'transfer-encoding': 'chunked' };
  return method === 'POST' ? { 'content-length': '0' } : {};
}

const CRLF = Buffer.from('\r\n');

/** One piece in the chunked transfer coding (RFC 9112 §7.1), without a copy of it. */
export function chunkOf(piece: Uint8Array): readonly Uint8Array[] {
  return piece.byteLength === 0 ? [] : [Buffer.from(`${piece.byteLength.toString(16)}\r\n`), piece, CRLF];
}

export const LAST_CHUNK = Buffer.from('0\r\n\r\n');
