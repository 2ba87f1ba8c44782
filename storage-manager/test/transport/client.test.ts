import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { HttpClient } from '../../src/transport/client.ts';
import type { Deadlines } from '../../src/transport/deadlines.ts';
import { parseEndpoint } from '../../src/transport/endpoint.ts';
import { answerOf, RawPeer, type Script } from './raw-peer.ts';

const GET = { method: 'GET', path: '/x', what: 'block x' } as const;
const SHORT: Partial<Deadlines> = { connectMs: 500, headersMs: 300, idleMs: 300, totalMs: 1_000 };

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function talk(
  script: Script,
  connections: number | null = 1,
): Promise<{ peer: RawPeer; client: HttpClient }> {
  const peer = await RawPeer.start(script);
  const client = peer.client(connections, SHORT);
  open.push(peer, client);
  return { peer, client };
}

describe('a body', () => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));

  test.each([1, 17, 60_000, 300_100])(
    'with a length lies whole in its buffer, sent in pieces of %i',
    async (size) => {
      const { client } = await talk((socket) => {
        const all = answerOf(bytes);
        socket.write(all.subarray(0, size));
        setImmediate(() => socket.write(all.subarray(size)));
      });
      // Shared, as slots are, and with room left over.
      const into = new Uint8Array(new SharedArrayBuffer(400_000));
      const { length, overflow, status } = await client.receive(GET, into);
      expect([status, length, overflow]).toEqual([200, 300_000, false]);
      expect(Buffer.compare(Buffer.from(into.subarray(0, length)), bytes)).toBe(0);
      expect(into.subarray(length).every((byte) => byte === 0)).toBe(true);
    },
  );

  test('ends with the connection where nothing else says so', async () => {
    const { client } = await talk((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nto the end'));
    expect((await client.text(GET, 100)).text).toBe('to the end');
  });

  test('of a length that its buffer has no room for is not received', async () => {
    const { client } = await talk((socket) => socket.write(answerOf('x'.repeat(11))));
    expect(await client.receive(GET, new Uint8Array(10))).toMatchObject({ length: 0, overflow: true });
  });

  test('is waited for after interim answers', async () => {
    const { client } = await talk((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n');
      socket.write(answerOf('hello'));
    });
    expect((await client.text(GET, 100)).text).toBe('hello');
  });
});

describe('is a fault', () => {
  const FAULTS: readonly (readonly [string, Script, string])[] = [
    ['what is no HTTP', (socket) => socket.write('SSH-2.0-x\r\n\r\n'), 'no HTTP/1.1'],
    [
      'a short body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort'),
      'within its answer',
    ],
    [
      'a head without end',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}`),
      'passed 16384',
    ],
    [
      '10,000 fields',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(10_000)}\r\n`),
      'passed 16384',
    ],
    [
      'interim answers without end',
      (socket) => socket.write('HTTP/1.1 103 x\r\n\r\n'.repeat(50)),
      'again and again',
    ],
    [
      'another protocol',
      (socket) => socket.write('HTTP/1.1 101 x\r\nUpgrade: h2c\r\n\r\n'),
      'it answered 101',
    ],
    [
      'a redirect',
      (socket) => socket.write('HTTP/1.1 302 x\r\nLocation: http://127.0.0.1:1/\r\n\r\n'),
      'not followed',
    ],
    ['an encoding', (socket) => socket.write(answerOf('x', ['Content-Encoding: gzip'])), 'the encoding gzip'],
    [
      'a second answer',
      (socket) => socket.write(Buffer.concat([answerOf('a'), answerOf('b')])),
      'more than one',
    ],
    ['silence', () => {}, 'the head of the answer did not come within 0.3 s'],
    ['silence in a head', (socket) => socket.write('HTTP/1.1 200 OK\r\nX'), 'the head of the answer did not'],
    [
      'silence in a body',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'),
      'more of the answer',
    ],
    ['a reset', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
    ['an end before any answer', (socket) => socket.end(), 'closed before its answer'],
  ];

  test.each(FAULTS)('%s, and its connection is given up', async (_name, script, was) => {
    const { peer, client } = await talk(script);
    await expect(client.receive(GET, new Uint8Array(1_000))).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      message: expect.stringContaining(was),
    });
    const [socket] = peer.sockets;
    if (!socket!.destroyed) await once(socket!, 'close');
    expect(peer.requests).toHaveLength(1);
  });

  test('a drip, by the deadline of the whole', async () => {
    const { client } = await talk((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n');
      const timer = setInterval(() => socket.write('x'), 50);
      socket.once('close', () => clearInterval(timer));
    });
    await expect(client.receive(GET, new Uint8Array(1_000))).rejects.toThrow('did not end within 1 s');
  });
});

describe('connections', () => {
  test('are kept, one for as many requests as follow each other', async () => {
    const { peer, client } = await talk((socket, number) => socket.write(answerOf(`${number}`)));
    for (const text of ['1', '2', '3']) expect((await client.text(GET, 9)).text).toBe(text);
    expect(peer.sockets).toHaveLength(1);
  });

  test('are as many as they may be; more requests wait, first come first served', async () => {
    const { peer, client } = await talk(
      (socket, number) => setTimeout(() => socket.write(answerOf(`${number}`)), 20),
      2,
    );
    const texts = await Promise.all(Array.from({ length: 6 }, async () => (await client.text(GET, 9)).text));
    expect(texts).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(peer.sockets).toHaveLength(2);
  });

  test('that were closed meanwhile are replaced, and a GET goes out again', async () => {
    const { peer, client } = await talk((socket, number) => {
      if (number === 2) socket.destroy();
      else socket.write(answerOf(`${number}`));
    });
    await client.text(GET, 9);
    expect((await client.text(GET, 9)).text).toBe('3');
    expect(peer.sockets).toHaveLength(2);
  });

  test('that were closed meanwhile bring no POST twice', async () => {
    const { peer, client } = await talk((socket, number) => {
      if (number === 2) socket.destroy();
      else socket.write(answerOf(`${number}`));
    });
    await client.text(GET, 9);
    await expect(client.text({ ...GET, method: 'POST' }, 9)).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
    });
    expect(peer.requests).toHaveLength(2);
  });

  test('on which something comes unasked are given up: the next answer is its own', async () => {
    const { peer, client } = await talk((socket, number) => socket.write(answerOf(`${number}`)));
    await client.text(GET, 9);
    peer.sockets[0]!.write(answerOf('smuggled'));
    await once(peer.sockets[0]!, 'close');
    expect((await client.text(GET, 9)).text).toBe('2');
  });

  test('a waiting request ends with its signal, and the others go on', async () => {
    const { client } = await talk((socket, number) =>
      setTimeout(() => socket.write(answerOf(`${number}`)), 50),
    );
    const first = client.text(GET, 9);
    const stop = new AbortController();
    const second = client.text(GET, 9, { signal: stop.signal });
    const third = client.text(GET, 9);
    stop.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    expect([(await first).text, (await third).text]).toEqual(['1', '2']);
  });

  test('a request ends with its signal, whenever that comes', async () => {
    const { client } = await talk((socket, number) => socket.write(answerOf(`${number}`)));
    for (let turns = 0; turns < 20; turns++) {
      await client.text(GET, 9);
      const stop = new AbortController();
      const asked = client.text(GET, 9, { signal: stop.signal });
      for (let turn = 0; turn < turns; turn++) await null;
      stop.abort(new Error('enough'));
      await expect(asked).rejects.toThrow('enough');
    }
  });

  test('closing the client ends at once what runs, what waits and what comes later', async () => {
    const { client } = await talk((_socket, number) => number === 1 && client.close());
    const ask = () => client.text(GET, 9).catch(({ was }) => was);
    expect(await Promise.all([ask(), ask()])).toEqual([
      'the connection was given up',
      'its client was closed',
    ]);
    expect(await ask()).toBe('its client was closed');
  });
});

test('a request body is sent in chunks, and pulled no further than it has left', async () => {
  const { peer, client } = await talk((socket, number) => {
    if (number === 2) socket.write(answerOf('taken'));
  });
  async function* body() {
    yield Buffer.from('hello');
    yield new Uint8Array();
    yield Buffer.from(' world');
  }
  expect((await client.text({ ...GET, method: 'POST', body: body() }, 9)).text).toBe('taken');
  expect(peer.requests[1]).toBe('5\r\nhello\r\n6\r\n world\r\n0');
});

test('whoever refuses before all is sent is understood, and takes no more', async () => {
  const { peer, client } = await talk((socket) =>
    socket.write('HTTP/1.1 507 x\r\nContent-Length: 4\r\n\r\nfull'),
  );
  let pulled = 0;
  async function* body() {
    for (; pulled < 10_000; pulled++) {
      yield Buffer.alloc(65_536);
      await new Promise((later) => setTimeout(later, 5));
    }
  }
  const answer = await client.text({ ...GET, method: 'POST', body: body() }, 9);
  expect(answer).toMatchObject({ status: 507, errorText: 'full' });
  await once(peer.sockets[0]!, 'close');
  expect(pulled).toBeLessThan(1_000);
});

test('whoever answers a byte at a time, and takes nothing of the request, is given up', async () => {
  const server = createServer((socket) => {
    socket.pause();
    socket.on('error', () => {});
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n');
    const timer = setInterval(() => socket.write('x'), 50);
    socket.once('close', () => clearInterval(timer));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const endpoint = parseEndpoint(`http://127.0.0.1:${port}`, 'peer');
  const client = new HttpClient(endpoint, { connections: 1, deadlines: SHORT });
  open.push(server, client);
  async function* body() {
    for (;;) yield Buffer.alloc(1 << 20);
  }
  await expect(client.text({ ...GET, method: 'POST', body: body() }, 9_999)).rejects.toThrow(
    'room for more of the request did not come within 0.3 s',
  );
});

test('whoever begins to answer early waits for a caller that takes its time', async () => {
  const { client } = await talk((socket, number) =>
    socket.write(number === 1 ? 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n' : 'taken'),
  );
  async function* body() {
    yield Buffer.from('hello');
    await new Promise((later) => setTimeout(later, 2 * SHORT.idleMs!));
    yield Buffer.from(' world');
  }
  expect((await client.text({ ...GET, method: 'POST', body: body() }, 9)).text).toBe('taken');
});

test.each(['/x y', '/x\r\nHost: other', '/é'])('the target %j is never sent', async (path) => {
  const { peer, client } = await talk((socket) => socket.write(answerOf('x')));
  await expect(client.text({ ...GET, path }, 9)).rejects.toThrow('printable ASCII');
  expect(peer.requests).toHaveLength(0);
});

test.each(['é', 'x\r\nHost: other'])('the header field %j is never sent', async (value) => {
  const { client } = await talk((socket) => socket.write(answerOf('x')));
  await expect(client.text({ ...GET, headers: { 'x-y': value } }, 9)).rejects.toThrow('one line of ASCII');
});
