import type { AddressInfo, LookupFunction } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guarded, isForbidden, isWrittenAddress } from '../../src/transport/addresses.ts';
import { Connection } from '../../src/transport/connection.ts';

describe('a name may lead to', () => {
  test.each(['8.8.8.8', '10.1.2.3', '172.20.0.5', '192.168.1.9', '100.64.0.1', '2606:4700::1', 'fd00::7'])(
    '%s',
    (address) => {
      expect(isForbidden(address)).toBe(false);
    },
  );
});

const FORBIDDEN = [
  '127.0.0.1',
  '127.9.9.9',
  '0.0.0.0',
  '169.254.169.254',
  '100.100.100.200',
  '168.63.129.16',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  'fe80::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:169.254.169.254',
  '::127.0.0.1',
  '::ffff:0:127.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
];

/** Answers with these addresses, one list a question. */
function resolver(...answers: string[][]): { readonly asked: () => number; readonly lookup: LookupFunction } {
  let asked = 0;
  const lookup: LookupFunction = (_name, _options, done) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)]!;
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { asked: () => asked, lookup };
}

describe('A11: no name leads to this machine', () => {
  const server = createServer((socket) => {
    reached++;
    socket.destroy();
  });
  let reached = 0;
  beforeAll(() => new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening)));
  afterAll(() => server.close());
  const port = () => (server.address() as AddressInfo).port;

  test.each(FORBIDDEN)('%s', async (address) => {
    expect(isForbidden(address)).toBe(true);
    const connection = new Connection({
      origin: `http://gateway.example:${port()}`,
      connectMs: 1_000,
      resolve: resolver([address]).lookup,
    });
    await expect(connection.opened).rejects.toThrow(`its name leads to ${address}, where no name may lead`);
    expect(reached).toBe(0);
  });

  test('A12: whatever is allowed of several is used, and nobody is asked twice', async () => {
    const { lookup, asked } = resolver(['127.0.0.1', '10.255.255.1', '::1'], ['127.0.0.1']);
    const found = await new Promise((resolve) =>
      guarded(lookup)('gateway.example', { all: true }, (_error, addresses) => resolve(addresses)),
    );
    expect(found).toEqual([{ address: '10.255.255.1', family: 4 }]);
    expect(asked()).toBe(1);
  });

  test('a resolver that fails says so', async () => {
    const connection = new Connection({
      origin: 'http://gateway.example',
      connectMs: 1_000,
      resolve: (_name, _options, done) =>
        done(Object.assign(new Error('no such'), { code: 'ENOTFOUND' }), []),
    });
    await expect(connection.opened).rejects.toThrow('the connection failed: ENOTFOUND');
  });
});

test('an address and localhost are what somebody wrote', () => {
  expect(['127.0.0.1', '::1', 'localhost', 'gateway.example'].map(isWrittenAddress)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test('port 0 is not the default port', async () => {
  const { opened } = new Connection({ origin: 'http://127.0.0.1:0', connectMs: 1_000 });
  const fault = await opened.catch((reason) => reason);
  expect(fault.cause).toHaveProperty('code');
  expect(fault.cause).not.toHaveProperty('port');
});
