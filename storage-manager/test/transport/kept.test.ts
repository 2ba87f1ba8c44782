import { expect, test } from 'vitest';
import { Connection } from '../../src/transport/connection.ts';
import { answerOf, RawPeer } from './raw-peer.ts';

const GET = { method: 'GET', path: '/x', what: 'block x' } as const;

test.each([1, 2])('A28: what comes along behind an answer is no answer to request %i', async (extra) => {
  // So long that its end is read where it belongs, and what follows by a read of its own.
  const long = 'x'.repeat(200_000);
  const peer = await RawPeer.start((socket, number) => {
    const behind = number === extra ? answerOf('smuggled') : Buffer.alloc(0);
    socket.write(Buffer.concat([answerOf(long), behind]));
  });
  const client = peer.client(1);
  const into = () => new Uint8Array(new SharedArrayBuffer(200_000));
  const asked = [1, 2, 3].map(() => client.receive(GET, into()));
  expect((await Promise.all(asked)).map(({ length }) => length)).toEqual([200_000, 200_000, 200_000]);
  expect(peer.sockets).toHaveLength(2);
  client.close();
  await peer.close();
});

test('whoever begins with a connection that has ended is told', async () => {
  const peer = await RawPeer.start(() => {});
  const connection = new Connection({ origin: peer.origin, connectMs: 1_000 });
  await connection.opened;
  connection.destroy();
  const faults: unknown[] = [];
  const ended = (fault: unknown) => faults.push(fault);
  connection.begin({ place: () => null, placed: () => {}, push: () => {}, ended });
  expect(faults).toMatchObject([{ message: 'the connection was closed' }]);
  await peer.close();
});

test('a GET that kept connections lose goes out twice, and no more', async () => {
  const peer = await RawPeer.start((socket, number) => {
    if (number > 2) socket.destroy();
    else if (number === 2) for (const each of peer.sockets) each.write(answerOf('x'));
  });
  const client = peer.client(2);
  await Promise.all([client.text(GET, 9), client.text(GET, 9)]);
  await expect(client.text(GET, 9)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  expect(peer.requests).toHaveLength(4);
  client.close();
  await peer.close();
});
