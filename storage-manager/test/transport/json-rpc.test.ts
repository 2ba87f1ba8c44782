import { inspect } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { HttpJsonRpc } from '../../src/transport/json-rpc.ts';
import { answerOf, RawPeer } from './raw-peer.ts';

const KEY = 'canary';
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** What a call throws where the peer answers so. @param answer told the path and the credentials that came */
async function thrown(answer: (secrets: string) => string | Buffer) {
  const peer = await RawPeer.start((socket, number) => {
    const head = peer.requests[number - 1] ?? '';
    const [, path] = head.split(' ');
    const [, credentials] = /authorization: (.*)/.exec(head) ?? [];
    socket.end(answer(`${path} ${credentials}`));
  });
  const url = peer.origin.replace('//', `//${KEY}:${KEY}%20password@`);
  const rpc = new HttpJsonRpc(`${url}/v3/${KEY}-path?token=${KEY}%41query`);
  open.push(peer, rpc);
  return rpc.call('eth_call', []).then(
    () => expect.unreachable('it must fail'),
    (error) => error,
  );
}

const error = (of: object) => answerOf(JSON.stringify({ id: 1, error: of }));

test.each<readonly [string, (secrets: string) => string | Buffer]>([
  ['message', (secrets) => error({ code: 1, message: secrets })],
  ['data', (secrets) => error({ code: 1, message: 'x', data: secrets })],
  ['coding', (secrets) => `HTTP/1.1 200 OK\r\nContent-Encoding: ${secrets}\r\n\r\n`],
  ['length', (secrets) => `HTTP/1.1 200 OK\r\nContent-Length: ${secrets}\r\n\r\n`],
])('a %s that quotes path, query and credentials brings out none of them', async (_, answer) => {
  const said = inspect(await thrown(answer), { depth: 10 });
  for (const secret of [KEY, '-path', 'query', 'password', Buffer.from(KEY).toString('base64').slice(0, -2)])
    expect(said).not.toContain(secret);
});

test.each([
  ['is no text', { code: 1, message: { toString: 1, valueOf: 1 } }, [1, 'no message', null]],
  ['has no number', { code: { valueOf: 1, toString: 1 }, message: 'x' }, [Number.NaN, 'x', null]],
  ['is a list', [], [Number.NaN, 'no message', null]],
  ['has data', { code: 3, message: 'x', data: '0x08c379a0' }, [3, 'x', '0x08c379a0']],
  ['has data after a word', { code: 3, message: 'x', data: 'Reverted 0x08c379a0' }, [3, 'x', '0x08c379a0']],
  ['has data in data', { code: 3, message: 'x', data: { data: '0x08c379a0' } }, [3, 'x', '0x08c379a0']],
  ['has other data', { code: 3, message: 'x', data: { data: { data: '0x08c379a0' } } }, [3, 'x', null]],
])('an error that %s is read as what it is', async (_, answer, [code, message, data]) => {
  expect(await thrown(() => error(answer))).toMatchObject({ name: 'RpcAnswerError', code, message, data });
});
