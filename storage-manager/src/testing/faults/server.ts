import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { type HttpFault, PASS } from './fault.ts';
import { type Answer, inject } from './inject.ts';

/** One request as it came. */
export interface Asked {
  /** From 1. */
  readonly number: number;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Read when somebody wants it. */
  body(): Promise<Uint8Array>;
}

/** What would be answered if nothing went wrong. */
export type Origin = (asked: Asked) => Answer | Promise<Answer>;

/** What goes wrong with a request; null: nothing. */
export type Script = (asked: Asked) => HttpFault | null | Promise<HttpFault | null>;

/** A request, and what was done to its answer. */
export interface Seen extends Pick<Asked, 'number' | 'method' | 'target' | 'headers'> {
  readonly fault: HttpFault;
}

/** What goes wrong, and how fast. */
export interface FaultServerOptions {
  /** Default: nothing goes wrong. */
  readonly script?: Script | undefined;
  /** Of all bodies together. Default: as fast as they are read. */
  readonly bytesPerSecond?: number | undefined;
}

/** A piece of this size leaves at once; the pace lies between pieces. */
const PIECE_BYTES = 16 * 1024;

/**
 * An HTTP server on a port of loopback, before an origin (`block-origin.ts`, `upstream.ts`), that injects the faults of its
 * script and remembers each: an oracle knows what it must find.
 */
export class FaultServer {
  readonly #server: Server;
  readonly #origin: Origin;
  readonly #bytesPerSecond: number;
  /** When the last piece that was let through has passed. */
  #passed = 0;
  #asked = 0;
  /** In the order in which their faults were chosen; may be emptied. */
  readonly seen: Seen[] = [];
  /** Bytes of bodies that were sent. */
  sentBytes = 0;
  /** May be replaced at any time, for the requests after that. */
  script: Script;

  private constructor(origin: Origin, { script = () => null, bytesPerSecond }: FaultServerOptions) {
    this.#origin = origin;
    this.script = script;
    this.#bytesPerSecond = bytesPerSecond ?? Number.POSITIVE_INFINITY;
    this.#server = createServer((request, response) => this.#take(request, response));
    // What goes wrong with a connection is what is wanted here.
    this.#server.on('connection', (socket) => socket.on('error', () => {}));
    this.#server.on('clientError', (_error, socket) => socket.destroy());
    // A body may take as long as the other side waits for it.
    this.#server.requestTimeout = 0;
  }

  static async start(origin: Origin, options: FaultServerOptions = {}): Promise<FaultServer> {
    const server = new FaultServer(origin, options);
    await new Promise<void>((listening) => server.#server.listen(0, '127.0.0.1', listening));
    return server;
  }

  /** Scheme, host and port. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How often each fault was injected; without what passed. */
  get injected(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { fault } of this.seen)
      if (fault.kind !== 'pass') counts[fault.kind] = (counts[fault.kind] ?? 0) + 1;
    return counts;
  }

  /** Cuts every connection, those too whose end it has not seen. */
  disconnect(): void {
    this.#server.closeAllConnections();
  }

  /** Cuts every connection, for good. */
  async close(): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    this.disconnect();
    await closed;
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const closed = new AbortController();
    response.on('close', () => closed.abort());
    this.#answer(request, response, closed.signal).catch((error: unknown) => {
      if (!closed.signal.aborted) response.destroy(error instanceof Error ? error : undefined);
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse, closed: AbortSignal): Promise<void> {
    const { method = '', url: target = '', headers } = request;
    this.#asked += 1;
    const number = this.#asked;
    let read: Promise<Buffer> | undefined;
    const body = () => {
      read ??= bytesOf(request);
      return read;
    };
    const asked: Asked = { number, method, target, headers, body };
    const fault = (await this.script(asked)) ?? PASS;
    this.seen.push({ number, method, target, headers, fault });
    const honest = async (other = target) => this.#origin({ ...asked, target: other });
    const send = (to: Writable, bytes: Uint8Array) => this.#send(to, bytes, closed);
    await inject(fault, { request, response, honest, send, closed });
  }

  async #send(to: Writable, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    const step = this.#bytesPerSecond === Number.POSITIVE_INFINITY ? bytes.byteLength : PIECE_BYTES;
    for (let at = 0; at < bytes.byteLength; at += step) {
      const piece = bytes.subarray(at, at + step);
      const now = performance.now();
      this.#passed = Math.max(now, this.#passed) + (piece.byteLength / this.#bytesPerSecond) * 1_000;
      if (this.#passed > now + 1) await setTimeout(this.#passed - now, undefined, { signal });
      to.write(piece);
      this.sentBytes += piece.byteLength;
    }
  }
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}
