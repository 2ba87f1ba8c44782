import { expect, test } from 'vitest';
import { parseEndpoint } from '../../src/transport/endpoint.ts';

test('credentials go into a header alone', () => {
  expect(parseEndpoint('http://me:p%40ss@127.0.0.1:5001/rpc/', 'the API')).toEqual({
    origin: 'http://127.0.0.1:5001',
    path: '/rpc',
    headers: { authorization: `Basic ${btoa('me:p@ss')}` },
    label: 'http://127.0.0.1:5001/…',
  });
});

test.each(['http://me:50%@host', 'http://%ff@host', 'ftp://host', 'http://host?key=1', 'host'])(
  '%s is refused, without its words',
  (text) => {
    expect(() => parseEndpoint(text, 'the API')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('host') }),
    );
  },
);
