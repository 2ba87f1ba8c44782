import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { canary, secretsIn } from '../../src/testing/oracle/secrets.ts';
import { HttpClient } from '../../src/transport/client.ts';
import { parseEndpoint } from '../../src/transport/endpoint.ts';
import { answerOf, GET, RawPeer } from './raw-peer.ts';

const SECRETS = { user: canary(), password: canary(), path: canary() };

/** Everything that it was told, in each form. */
function quoted(head: string): string {
  const [, credentials = ''] = /authorization: Basic (\S+)/.exec(head) ?? [];
  return `${head.split('\r\n')[0]} ${credentials} ${atob(credentials)}`;
}

/** What is said in the end where a peer quotes what it was told. */
async function said(answer: (quote: string) => string | Buffer): Promise<string> {
  const peer = await RawPeer.start((socket, number) =>
    socket.end(answer(quoted(peer.requests[number - 1]!))),
  );
  onTestFinished(() => peer.close());
  const url = peer.origin.replace('//', `//${SECRETS.user}:${SECRETS.password}@`);
  const client = new HttpClient(parseEndpoint(`${url}/v3/${SECRETS.path}`, 'peer'), { connections: 1 });
  onTestFinished(() => client.close());
  const lines: string[] = [];
  const done = await client.lines(GET, (line) => lines.push(line), 10_000).catch((error: unknown) => error);
  const text = inspect([done, lines], { depth: 10 });
  expect(text).toContain('[redacted]');
  return text;
}

test.each<readonly [string, (quote: string) => string | Buffer]>([
  ['a text of its failure', (quote) => `HTTP/1.1 401 x\r\n\r\nno: ${quote}`],
  ['a line', (quote) => answerOf(`${quote}\n`)],
  [
    'a trailer',
    (quote) => `HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Stream-Error: ${quote}\r\n\r\n`,
  ],
  ['an encoding', (quote) => answerOf('x', [`Content-Encoding: ${quote}`])],
  ['a length', (quote) => `HTTP/1.1 200 x\r\nContent-Length: ${quote}\r\n\r\n`],
])('%s that quotes credentials and path brings out none of them', async (_, answer) => {
  expect(secretsIn(await said(answer), SECRETS)).toEqual([]);
});

test('nor a text that has them in other letters', async () => {
  const text = await said((quote) => `HTTP/1.1 401 x\r\n\r\nno: ${quote.toUpperCase()}`);
  for (const secret of Object.values(SECRETS)) expect(text.toUpperCase()).not.toContain(secret.toUpperCase());
});

test('nor one that escapes them as JSON does', async () => {
  const peer = await RawPeer.start((socket) => socket.end(answerOf('{"error":"no \\"pass\\"word"}', [])));
  onTestFinished(() => peer.close());
  const origin = peer.origin.replace('//', '//user:%22pass%22word@');
  const lines: string[] = [];
  const client = new HttpClient(parseEndpoint(origin, 'peer'), { connections: 1 });
  onTestFinished(() => client.close());
  await client.lines(GET, (line) => lines.push(line), 10_000);
  expect(lines).toEqual(['{"error":"no [redacted]"}']);
});

test('of what a peer says so much is told, and no more', async () => {
  const peer = await RawPeer.start((socket) =>
    socket.end(answerOf('x', [`Content-Encoding: ${'x'.repeat(15_000)}`])),
  );
  onTestFinished(() => peer.close());
  const client = peer.client();
  onTestFinished(() => client.close());
  await expect(client.text(GET, 9)).rejects.toMatchObject({
    was: expect.stringMatching(/^it answered in the encoding x{272}$/),
  });
});

test('an address is told without its path', async () => {
  const client = new HttpClient(parseEndpoint(`http://127.0.0.1:1/v3/${SECRETS.path}`, 'peer'), {
    connections: 1,
  });
  const error = await client.text(GET, 9).catch((reason: unknown) => reason);
  expect(inspect(error)).toContain('http://127.0.0.1:1/… must answer');
  expect(secretsIn(inspect(error, { depth: 10 }), SECRETS)).toEqual([]);
});
