/** Where a gateway, a setting or a name server would like to lead us: nobody there sees a connection. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type LookupFunction, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { GatewaySource } from '../../src/stores/gateway/source.ts';
import { blockOrigin } from '../../src/testing/faults/block-origin.ts';
import { FaultServer } from '../../src/testing/faults/server.ts';
import { randomBlock } from '../../src/testing/samples/blocks.ts';
import { SHORT } from './open-scene.ts';

const block = randomBlock(1_000);
const into = () => [new Uint8Array(2_000)];

/** Whoever reaches it has been led astray. */
let inside: Server;
let reached = 0;
let gateway: FaultServer;
beforeAll(async () => {
  inside = createServer((socket) => {
    reached += 1;
    socket.destroy();
  });
  await once(inside.listen(0, '0.0.0.0'), 'listening');
  gateway = await FaultServer.start(blockOrigin(new Map([[block.digest, block.bytes]])));
});
beforeEach(() => {
  reached = 0;
});
afterAll(async () => {
  inside.close();
  await gateway.close();
});
const port = () => (inside.address() as AddressInfo).port;

function source(url: string, resolve?: LookupFunction): GatewaySource {
  const opened = new GatewaySource({ url, name: 'gateway', deadlines: SHORT, resolve });
  onTestFinished(() => opened.close());
  return opened;
}

const INSIDE: readonly string[] = [
  '127.0.0.1',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '0.0.0.0',
  'localhost',
  '2130706433',
  '0177.0.0.1',
  '0x7f.1',
  '169.254.169.254',
  '[fe80::1]',
];

describe('a redirect', () => {
  test.each<readonly [string, (at: number) => string]>([
    ...INSIDE.map((host) => [`A11: to ${host}`, (at: number) => `http://${host}:${at}/`] as const),
    ['A11: to a file', () => 'file:///etc/passwd'],
    ['A11: to gopher', (at: number) => `gopher://127.0.0.1:${at}/x`],
    ['A10: to another host', (at: number) => `http://gateway.example:${at}/`],
    ['A10: to itself, for ever', () => ''],
  ])('%s is not followed', async (_name, to) => {
    gateway.seen.length = 0;
    gateway.script = ({ target }) => ({ kind: 'redirect', to: to(port()) || target });
    await expect(source(gateway.url).read([block.digest], into())).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      was: 'it answered 302, and redirects are not followed',
    });
    expect(gateway.seen).toHaveLength(1);
    expect(reached).toBe(0);
  });
});

test.each([
  'file:///etc/passwd',
  'gopher://127.0.0.1:70/x',
  'ftp://127.0.0.1/',
  'data:,x',
  'unix:/run/docker.sock',
])('A11: %s is no gateway', (url) => {
  expect(() => source(url)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', exit: 2 }));
});

/** Answers with one address after the other, the last for ever. */
function resolver(...addresses: readonly string[]): LookupFunction {
  let asked = 0;
  return (_name, _options, done) => {
    const address = addresses[Math.min(asked++, addresses.length - 1)]!;
    done(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
  };
}

test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '0.0.0.0', '169.254.169.254', 'fe80::1'])(
  'A11: a name that leads to %s is refused once it is resolved',
  async (address) => {
    const read = source(`http://gateway.example:${port()}`, resolver(address)).read([block.digest], into());
    await expect(read).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      was: expect.stringContaining(`its name leads to ${address}, where no name may lead`),
    });
    expect(reached).toBe(0);
  },
);

/** Of this machine in its network: no name may lead to loopback. */
const own = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.family === 'IPv4' && !each.internal)?.address;

test.skipIf(own === undefined)(
  'A12: a name that leads elsewhere the second time is refused then',
  async () => {
    let answered = 0;
    const outside = createServer((socket) => {
      answered += 1;
      socket.end();
    });
    await once(outside.listen(0, own), 'listening');
    const { port: at } = outside.address() as AddressInfo;
    await new Promise<void>((listening) => inside.close().listen(at, '127.0.0.1', () => listening()));
    onTestFinished(() => void outside.close());
    const rebinding = source(`http://gateway.example:${at}`, resolver(own!, '127.0.0.1'));
    const read = () => rebinding.read([block.digest], into());
    await expect(read()).rejects.toMatchObject({ was: 'the connection was closed before its answer' });
    await expect(read()).rejects.toMatchObject({
      was: expect.stringContaining('its name leads to 127.0.0.1'),
    });
    expect({ answered, reached }).toEqual({ answered: 1, reached: 0 });
  },
);
