import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Asked, Origin } from './server.ts';

/** An origin that asks a real server, such as Kubo. @param url its scheme, host and port */
export function upstream(url: string): Origin {
  return async ({ method, target, headers, body }) => {
    const kept = plain(headers);
    const asked = request(new URL(target, url), { method, headers: kept, agent: false });
    const sent = await body();
    if (sent.byteLength > 0) asked.setHeader('content-length', sent.byteLength);
    asked.end(sent);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const pieces: Buffer[] = [];
    for await (const piece of answer) pieces.push(piece);
    const trailers = Object.keys(answer.trailers).length === 0 ? undefined : answer.trailers;
    return {
      status: answer.statusCode ?? 502,
      headers: plain(answer.headers),
      body: Buffer.concat(pieces),
      ...(trailers !== undefined && { trailers: plain(trailers) }),
    };
  };
}

/** What says how this one connection carries a body is not for the next. */
const OF_THE_CONNECTION = [
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'trailer',
  'transfer-encoding',
];

function plain(headers: Asked['headers']): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}
