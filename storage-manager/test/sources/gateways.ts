import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CID } from 'multiformats/cid';
import { onTestFinished } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { digestOfCid } from '../../src/ids/cid.ts';
import type { Digest } from '../../src/ids/digest.ts';
import type { Block, ChunkSource } from '../../src/interfaces.ts';
import { openRoute, type Route, type RouteOptions } from '../../src/sources/route.ts';
import { GatewaySource } from '../../src/stores/gateway/source.ts';
import { blockOrigin } from '../../src/testing/faults/block-origin.ts';
import { FaultServer, type FaultServerOptions } from '../../src/testing/faults/server.ts';

export const mapOf = (blocks: readonly Block[]): Map<Digest, Uint8Array> =>
  new Map(blocks.map(({ digest, bytes }) => [digest, bytes]));

/** A real gateway that has these blocks and misbehaves as told, and the source that asks it. */
export async function startGateway(
  name: string,
  blocks: readonly Block[],
  options: FaultServerOptions = {},
): Promise<{ readonly server: FaultServer; readonly source: GatewaySource }> {
  const server = await FaultServer.start(blockOrigin(mapOf(blocks)), options);
  const source = new GatewaySource({ url: server.url, name });
  onTestFinished(async () => {
    source.close();
    await server.close();
  });
  return { server, source };
}

/** As `config/wire.ts` makes it. */
export function routeThrough(engine: Engine, far: readonly ChunkSource[], options?: RouteOptions): Route {
  return openRoute(engine, { near: [], far }, options);
}

/** A gateway that can be stopped, its connections cut, and started again at the same port. */
export class Restarting {
  readonly #blocks: ReadonlyMap<Digest, Uint8Array>;
  #server: Server;
  #port = 0;
  /** Told of each request before it is answered. */
  readonly #onAsked: (asked: number) => void;
  asked = 0;

  constructor(blocks: readonly Block[], onAsked: (asked: number) => void = () => {}) {
    this.#blocks = mapOf(blocks);
    this.#onAsked = onAsked;
    this.#server = createServer();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      this.asked += 1;
      this.#onAsked(this.asked);
      const [, cid = ''] = /^\/ipfs\/([^/?]+)/.exec(request.url ?? '') ?? [];
      response.end(this.#blocks.get(digestOfCid(CID.parse(cid))));
    });
    await new Promise<void>((listening) => this.#server.listen(this.#port, '127.0.0.1', listening));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    this.#server.closeAllConnections();
    await closed;
  }
}
