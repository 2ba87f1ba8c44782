import { expect, test } from 'vitest';
import { ChunkedBody } from '../../src/transport/chunked.ts';

const WHOLE = '5\r\nhello\r\n6;name="x"\r\n world\r\n0\r\nX-End: yes\r\n\r\n';

/** Fed in pieces of that many bytes. */
function read(text: string, size: number) {
  const parts: Buffer[] = [];
  const body = new ChunkedBody((piece) => parts.push(Buffer.from(piece)));
  const bytes = Buffer.from(text, 'latin1');
  let used = 0;
  for (let at = 0; at < bytes.byteLength; at += size) used += body.push(bytes.subarray(at, at + size));
  return { text: Buffer.concat(parts).toString(), used, trailers: body.trailers };
}

test('the same comes of it however it is cut', () => {
  for (let size = 1; size <= WHOLE.length; size++)
    expect(read(WHOLE, size)).toEqual({
      text: 'hello world',
      used: WHOLE.length,
      trailers: new Map([['x-end', 'yes']]),
    });
});

test('what follows it is left alone', () => {
  expect(read(`${WHOLE}HTTP/1.1 200 OK`, 1_000)).toMatchObject({ text: 'hello world', used: WHOLE.length });
});

test('it has not ended before its last line', () => {
  for (let length = 0; length < WHOLE.length; length++)
    expect(read(WHOLE.slice(0, length), 7).trailers).toBeNull();
});

test.each([
  ['no size', '\r\n'],
  ['a size that is none', 'xyz\r\n'],
  ['a negative size', '-5\r\nhello\r\n'],
  ['a size beyond all', 'fffffffffffffffff\r\n'],
  ['a chunk that outgrows its size', '5\r\nhello!\r\n'],
  ['a bare newline', '5\nhello\r\n'],
  ['an endless size line', `5;${'x'.repeat(2_000)}`],
  ['endless trailers', `0\r\n${'X-A: b\r\n'.repeat(3_000)}`],
  ['a trailer that is no field', '0\r\nno field\r\n\r\n'],
])('%s is refused', (_name, text) => {
  for (const size of [1, 1_000])
    expect(() => read(text, size)).toThrow(expect.objectContaining({ name: 'TransportFault' }));
});
