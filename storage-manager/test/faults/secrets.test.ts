/** P19: whoever is asked quotes all that it was told, in every part of an answer; no error, whole with its causes, has any of it. */
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { DigestList } from '../../src/ids/digest-list.ts';
import { parseModelName } from '../../src/ids/reference.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { GatewaySource } from '../../src/stores/gateway/source.ts';
import { KuboStore } from '../../src/stores/kubo/store.ts';
import { canary, secretsIn } from '../../src/testing/oracle/secrets.ts';
import { randomBlock } from '../../src/testing/samples/blocks.ts';
import { HttpJsonRpc } from '../../src/transport/json-rpc.ts';
import { answerOf, RawPeer } from '../transport/raw-peer.ts';

const SECRETS = { user: canary(), password: canary(), path: canary(), query: canary() };
/** Hex digits alone, as a key is. */
const KEY = Buffer.from(SECRETS.user.padEnd(32, '0').slice(-32)).toString('hex');

/** Parts of an answer that may quote. @param quote one line of printable text */
const ANSWERS: Readonly<Record<string, (quote: string) => string | Buffer>> = {
  'a body': (quote) => answerOf(quote),
  'a line of JSON': (quote) => answerOf(`${JSON.stringify({ Message: quote, Err: quote, Error: quote })}\n`),
  'a broken line': (quote) => answerOf(`{"Ref":"${quote}\n`),
  'a line of a CID': (quote) => answerOf(`${JSON.stringify({ Ref: quote, Key: quote, Hash: quote })}\n`),
  'an error of JSON-RPC': (quote) =>
    answerOf(JSON.stringify({ id: 1, error: { code: 1, message: quote, data: quote } })),
  'a result of JSON-RPC': (quote) => answerOf(JSON.stringify({ jsonrpc: '2.0', id: 1, result: quote })),
  'a page of 401': (quote) => `HTTP/1.1 401 ${quote}\r\nContent-Type: text/html\r\n\r\n<p>${quote}</p>`,
  'a text of 500': (quote) => `HTTP/1.1 500 x\r\n\r\n{"Message":"${quote}","Code":0}`,
  'an error 500 of JSON-RPC': (quote) =>
    `HTTP/1.1 500 x\r\n\r\n${JSON.stringify({ id: 1, error: { code: quote, message: quote, data: { data: quote } } })}`,
  'a redirect': (quote) => `HTTP/1.1 302 x\r\nLocation: http://127.0.0.1:1/${quote}\r\n\r\n`,
  'an encoding': (quote) => answerOf('x', [`Content-Encoding: ${quote}`]),
  'a coding': (quote) => `HTTP/1.1 200 x\r\nTransfer-Encoding: ${quote}\r\n\r\n`,
  'a length': (quote) => `HTTP/1.1 200 x\r\nContent-Length: ${quote}\r\n\r\n`,
  'no field': (quote) => `HTTP/1.1 200 x\r\n${quote}\r\n\r\n`,
  'no HTTP': (quote) => `${quote}\r\n\r\n`,
  'a chunk': (quote) => `HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n${quote}\r\n`,
  'a trailer': (quote) =>
    `HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Stream-Error: ${quote}\r\n\r\n`,
};

/** Calls of everything that speaks to somebody. @param url with user and password, and a path; no query */
const CALLS: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
  'gateway read': (url) => gateway(url).read([block.digest], [new Uint8Array(2_000)]),
  'gateway has': (url) => gateway(url).has([block.digest]),
  'kubo read by its gateway': (url) => kubo(url, url).read([block.digest], [new Uint8Array(2_000)]),
  'kubo read by RPC': (url) => kubo(url).read([block.digest], [new Uint8Array(2_000)]),
  'kubo has': (url) => kubo(url).has([block.digest]),
  'kubo open': (url) => kubo(url).open(),
  'kubo protect': (url) => kubo(url).protect(block.digest, DigestList.of([])),
  'kubo replace': (url) => kubo(url).replace(block.digest, block.bytes),
  'D26: a call of a chain': (url) => rpc(url).call('eth_call', []),
  'D26: the opening of a chain': (url) =>
    openEthereumRegistry({ rpcUrl: withQuery(url), contractAddress, privateKey: KEY }),
  'D26: a model of a chain': async (url) => {
    const options = { rpcUrl: withQuery(url), contractAddress, privateKey: KEY, chainId: 5 };
    return (await openEthereumRegistry(options)).model(parseModelName('acme/tiny'));
  },
};

const block = randomBlock(1_000);
const contractAddress = `0x${'c0'.repeat(20)}`;
const DEADLINES = { connectMs: 500, headersMs: 500, idleMs: 500, totalMs: 1_000 };
const withQuery = (url: string) => `${url}?token=${SECRETS.query}`;

function gateway(url: string): GatewaySource {
  return new GatewaySource({ url, name: 'gateway', deadlines: DEADLINES });
}

function kubo(api: string, other?: string): KuboStore {
  return new KuboStore({ api, gateway: other, deadlines: DEADLINES });
}

function rpc(url: string): HttpJsonRpc {
  return new HttpJsonRpc(withQuery(url));
}

/** Request line, and credentials in both forms. */
function quoted(head: string): string {
  const [, credentials = ''] = /authorization: Basic (\S+)/.exec(head) ?? [];
  return `${head.split('\r\n')[0]} ${credentials} ${atob(credentials)}`;
}

const PATHS = Object.keys(CALLS).flatMap((call) =>
  Object.keys(ANSWERS).map((answer) => [call, answer] as const),
);

test.each(PATHS)('%s, answered with a quote in %s', async (call, answer) => {
  const peer = await RawPeer.start((socket, number) =>
    socket.end(ANSWERS[answer]!(quoted(peer.requests[number - 1]!))),
  );
  onTestFinished(() => peer.close());
  const url = peer.origin.replace('//', `//${SECRETS.user}:${SECRETS.password}@`);
  const came = await CALLS[call]!(`${url}/v3/${SECRETS.path}`).catch((error: unknown) => error);
  expect(peer.requests.length).toBeGreaterThan(0);
  expect(secretsIn(peer.requests.join(), SECRETS).length).toBeGreaterThanOrEqual(3);
  if (!(came instanceof Error)) return;
  const text = `${inspect(came, { depth: 10 })} ${JSON.stringify(came)} ${String(came.cause)}`;
  expect(secretsIn(text, { ...SECRETS, key: KEY })).toEqual([]);
});

test('there are more than 180 such paths', () => {
  expect(PATHS.length).toBeGreaterThan(180);
});
