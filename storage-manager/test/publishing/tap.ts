import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { upstream } from '../../src/testing/faults/upstream.ts';

/** Where in an exchange: the server has not seen the request; it has done it; the client has been sent the answer. */
export const MOMENTS = ['before the request', 'before the answer', 'after the answer'] as const;
export type Moment = (typeof MOMENTS)[number];

/** Told of every moment of every call, by its method or path; false: the exchange ends here. */
export type Tapped = (moment: Moment, call: string) => boolean;

/** A proxy before a real server. @returns its URL and how to end it */
export async function startTap(target: string, tapped: Tapped) {
  const origin = upstream(target);
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const { method = '', url = '', headers } = request;
    const body = Buffer.concat(pieces);
    const call = url === '/' ? String(JSON.parse(body.toString()).method) : url;
    const asked = { number: 0, method, target: url, headers, body: async () => body };
    if (!tapped('before the request', call)) return response.destroy();
    const { status, headers: head, body: answer, trailers } = await origin(asked);
    if (!tapped('before the answer', call)) return response.destroy();
    response.writeHead(status, head);
    response.addTrailers(trailers ?? {});
    return response.end(answer, () => tapped('after the answer', call));
  };
  // Whoever is killed leaves connections behind.
  const server = createServer((request, response) => void take(request, response).catch(() => undefined));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
