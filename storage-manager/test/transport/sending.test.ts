import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { HttpClient } from '../../src/transport/client.ts';
import { parseEndpoint } from '../../src/transport/endpoint.ts';
import { answerOf, GET, SHORT, talk } from './raw-peer.ts';

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
  const answered = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<number>();
  async function* body() {
    let pulled = 0;
    try {
      for (;;) {
        pulled += 1;
        yield Buffer.alloc(65_536);
        await answered.promise;
      }
    } finally {
      ended.resolve(pulled);
    }
  }
  const answer = await client.text({ ...GET, method: 'POST', body: body() }, 9);
  expect(answer).toMatchObject({ status: 507, errorText: 'full' });
  answered.resolve();
  if (!peer.sockets[0]!.destroyed) await once(peer.sockets[0]!, 'close');
  expect(await ended.promise).toBeLessThanOrEqual(2);
});

test('A6, A7: whoever answers a byte at a time, and takes nothing of the request, is given up', async () => {
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
  onTestFinished(() => {
    client.close();
    server.close();
  });
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
    // Longer than the deadline that must not count meanwhile: time is what is tested.
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
