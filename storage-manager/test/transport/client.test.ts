import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { answerOf, GET, type Script, talk } from './raw-peer.ts';

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

  test('does not follow the head that answers a HEAD, whatever length that tells; the connection goes on', async () => {
    const { client, peer } = await talk((socket, number) =>
      socket.write(number === 1 ? 'HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n' : answerOf('hello')),
    );
    expect(await client.text({ ...GET, method: 'HEAD' }, 0)).toMatchObject({ status: 200, text: '' });
    expect((await client.text(GET, 100)).text).toBe('hello');
    expect(peer.sockets).toHaveLength(1);
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
      'A2: a short body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort'),
      'within its answer',
    ],
    [
      'A9: a head without end',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}`),
      'passed 16384',
    ],
    [
      'A9: 10,000 fields',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(10_000)}\r\n`),
      'passed 16384',
    ],
    [
      'A9: interim answers without end',
      (socket) => socket.write('HTTP/1.1 103 x\r\n\r\n'.repeat(50)),
      'again and again',
    ],
    [
      'another protocol',
      (socket) => socket.write('HTTP/1.1 101 x\r\nUpgrade: h2c\r\n\r\n'),
      'it answered 101',
    ],
    [
      'A10: a redirect',
      (socket) => socket.write('HTTP/1.1 302 x\r\nLocation: http://127.0.0.1:1/\r\n\r\n'),
      'not followed',
    ],
    [
      'A8: an encoding',
      (socket) => socket.write(answerOf('x', ['Content-Encoding: gzip'])),
      'the encoding gzip',
    ],
    [
      'A28: a second answer',
      (socket) => socket.write(Buffer.concat([answerOf('a'), answerOf('b')])),
      'more than one',
    ],
    ['A7: silence', () => {}, 'the head of the answer did not come within 0.3 s'],
    [
      'A7: silence in a head',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nX'),
      'the head of the answer did not',
    ],
    [
      'A7: silence in a body',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'),
      'more of the answer',
    ],
    ['A15: a reset', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
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

  test('A6: a drip, by the deadline of the whole', async () => {
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
    const waiting: (() => void)[] = [];
    // Each answer waits for the other connection's request.
    const { peer, client } = await talk((socket, number) => {
      waiting.push(() => socket.write(answerOf(`${number}`)));
      if (waiting.length === 2) for (const answer of waiting.splice(0)) answer();
    }, 2);
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

  test('A28: on which something comes unasked are given up: the next answer is its own', async () => {
    const { peer, client } = await talk((socket, number) => socket.write(answerOf(`${number}`)));
    await client.text(GET, 9);
    peer.sockets[0]!.write(answerOf('smuggled'));
    await once(peer.sockets[0]!, 'close');
    expect((await client.text(GET, 9)).text).toBe('2');
  });

  test('a waiting request ends with its signal, and the others go on', async () => {
    const stopped = Promise.withResolvers<void>();
    const { client } = await talk(async (socket, number) => {
      await stopped.promise;
      socket.write(answerOf(`${number}`));
    });
    const first = client.text(GET, 9);
    const stop = new AbortController();
    const second = client.text(GET, 9, { signal: stop.signal });
    const third = client.text(GET, 9);
    stop.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    stopped.resolve();
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
