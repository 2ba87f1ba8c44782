import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { HttpClient } from '../../src/transport/client.ts';
import type { Deadlines } from '../../src/transport/deadlines.ts';
import { parseEndpoint } from '../../src/transport/endpoint.ts';

/** Told each request by its number, to answer byte by byte. A chunked body, up to its end, counts as one more. */
export type Script = (socket: Socket, number: number) => void;

/** A server on loopback that speaks what a test wants, HTTP or not. */
export class RawPeer {
  readonly #server: Server;
  readonly sockets: Socket[] = [];
  readonly requests: string[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(script: Script): Promise<RawPeer> {
    const server = createServer((socket) => {
      peer.sockets.push(socket);
      let text = '';
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        text += bytes.toString('latin1');
        for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
          const head = text.slice(0, end);
          text = text.slice(end + 4);
          script(socket, peer.requests.push(head));
        }
      });
    });
    const peer = new RawPeer(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return peer;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  client(connections: number | null = 1, deadlines: Partial<Deadlines> = {}): HttpClient {
    return new HttpClient(parseEndpoint(this.origin, 'peer'), { connections, deadlines });
  }

  async close(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

/** A whole answer with a length. */
export function answerOf(body: string | Uint8Array, headers: readonly string[] = []): Buffer {
  const head = ['HTTP/1.1 200 OK', `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', ''];
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), Buffer.from(body)]);
}

export const GET = { method: 'GET', path: '/x', what: 'block x' } as const;
/** So that each fault is over within a second. */
export const SHORT = { connectMs: 500, headersMs: 300, idleMs: 300, totalMs: 1_000 } as const;

/** A peer and a client of it, both closed when the test is over. */
export async function talk(
  script: Script,
  connections: number | null = 1,
  deadlines: Partial<Deadlines> = SHORT,
): Promise<{ peer: RawPeer; client: HttpClient }> {
  const peer = await RawPeer.start(script);
  onTestFinished(() => peer.close());
  const client = peer.client(connections, deadlines);
  onTestFinished(() => client.close());
  return { peer, client };
}
