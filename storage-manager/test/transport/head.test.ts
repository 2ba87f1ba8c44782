import { describe, expect, test } from 'vitest';
import { parseHead } from '../../src/transport/head.ts';

const ok = (...fields: string[]) => ['HTTP/1.1 200 OK', ...fields].join('\r\n');

test('fields are read by lower-case name, without the blanks around their value', () => {
  const { status, headers } = parseHead(ok('ETag:  "a b"\t', 'X-One: 1', 'x-one: 2'));
  expect([status, ...headers]).toEqual([200, ['etag', '"a b"'], ['x-one', '1, 2']]);
});

test('only blanks are taken off a value, and a head full of them keeps nobody busy', () => {
  expect(parseHead(ok('X: \xa05\xa0')).headers.get('x')).toBe('\xa05\xa0');
  const blanks = ' '.repeat(16_000);
  expect(parseHead(ok(`X:${blanks}a${blanks}`)).headers.get('x')).toBe('a');
  for (const line of [`X:${blanks}\x00`, `X: a${blanks}\x00`])
    expect(() => parseHead(ok(line))).toThrow('no field');
});

describe('where a body ends', () => {
  test.each([
    [ok('Content-Length: 7'), 7, true],
    [ok('Transfer-Encoding: Chunked'), 'chunked', true],
    [ok(), 'close', false],
    [ok('Content-Length: 7', 'Connection: Close'), 7, false],
    ['HTTP/1.0 200 OK\r\nContent-Length: 7', 7, false],
    ['HTTP/1.1 204 No Content', 0, true],
    ['HTTP/1.1 304 Not Modified\r\nContent-Length: 7', 0, true],
  ])('%j', (text, framing, keepsOpen) => {
    expect(parseHead(text)).toMatchObject({ framing, keepsOpen });
  });
});

describe('A28: what two readers could read as two answers is refused', () => {
  test.each([
    ['an endless number', ok('Content-Length: 99999999999999999999')],
    ['a negative length', ok('Content-Length: -1')],
    ['a length with a sign', ok('Content-Length: +5')],
    ['a hexadecimal length', ok('Content-Length: 0x10')],
    ['two lengths', ok('Content-Length: 5', 'Content-Length: 6')],
    ['a length and a coding', ok('Content-Length: 5', 'Transfer-Encoding: chunked')],
    ['another coding', ok('Transfer-Encoding: gzip, chunked')],
    ['a coding twice', ok('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')],
    ['a folded line', ok('X-One: 1', ' 2')],
    ['a blank before the colon', ok('Content-Length : 5')],
    ['a field without a name', ok(': 5')],
    ['a bare newline', ok('X-One: 1\nContent-Length: 5')],
    ['a control character', ok('X-One: \x00')],
    ['another protocol', 'HTTP/2 200 OK'],
    ['no status', 'HTTP/1.1 OK'],
    ['a status of four digits', 'HTTP/1.1 2000 OK'],
    ['129 fields', ok(...Array.from({ length: 129 }, (_, i) => `X-${i}: 1`))],
  ])('%s', (_name, text) => {
    expect(() => parseHead(text)).toThrow(expect.objectContaining({ name: 'TransportFault' }));
  });
});
