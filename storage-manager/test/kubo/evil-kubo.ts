import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { KuboStore } from '../../src/stores/kubo/store.ts';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Short, so that each fault is over within a second and a half. */
const DEADLINES = { connectMs: 500, headersMs: 300, idleMs: 300, totalMs: 1200 };

/** A server on loopback that answers as a test wants; to `block/stat` it says that it holds the block. */
export class EvilKubo {
  readonly store: KuboStore;
  readonly requests: IncomingMessage[] = [];
  readonly #server: Server;

  private constructor(server: Server, gateway: boolean) {
    this.#server = server;
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.store = new KuboStore({
      api: `http://someone:canary-secret@${address}`,
      gateway: gateway ? `http://someone:canary-secret@${address}` : undefined,
      deadlines: DEADLINES,
    });
  }

  static async start(answer: Answer, gateway = true): Promise<EvilKubo> {
    const server = createServer((request, response) => {
      evil.requests.push(request);
      if (request.url?.startsWith('/api/v0/block/stat')) response.end('{"Key":"k","Size":1}\n');
      else answer(request, response);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const evil = new EvilKubo(server, gateway);
    return evil;
  }

  async close(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** Sends bytes for as long as somebody reads them. */
export function endless(response: Writable, piece: Uint8Array): void {
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}

/** Sends one byte every 50 ms until the connection is cut. */
export function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write('x'), 50);
  response.once('close', () => clearInterval(timer));
}

/** The raw connection, to break HTTP itself. */
export function socketOf(response: ServerResponse): Socket {
  return response.socket as Socket;
}
