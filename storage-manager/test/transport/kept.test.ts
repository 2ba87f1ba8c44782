import { expect, test } from 'vitest';
import { answerOf, RawPeer } from './raw-peer.ts';

const GET = { method: 'GET', path: '/x', what: 'block x' } as const;

test.each([1, 2])('what comes along behind an answer is no answer to request %i', async (extra) => {
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
