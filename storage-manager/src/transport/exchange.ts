import type { CallOptions } from '../interfaces.ts';
import { MAX_ERROR_TEXT_BYTES } from '../limits.ts';
import { AnswerReader, type Sink } from './answer.ts';
import type { Connection, Receiver } from './connection.ts';
import { type Deadlines, Watch } from './deadlines.ts';
import type { Endpoint } from './endpoint.ts';
import { TransportFault } from './fault.ts';
import { Gathered } from './gathered.ts';
import type { Head } from './head.ts';
import type { Pool } from './pool.ts';
import { chunkOf, type HttpRequest, LAST_CHUNK, requestHead } from './request.ts';
import { retryAfterMs } from './retry-after.ts';

export interface HttpAnswer {
  readonly status: number;
  /** The body where the status is not 200, cut off at 64 KiB; else ''. */
  readonly errorText: string;
  /** How long a server that is too busy wants to be left alone; null where it does not say. */
  readonly retryAfterMs: number | null;
  readonly trailers: ReadonlyMap<string, string>;
}

/** Where a request goes, over which connections. */
export interface Line {
  readonly pool: Pool;
  readonly endpoint: Endpoint;
}

/** What ends an exchange that does not end by itself. */
export interface Ends extends CallOptions {
  readonly deadlines: Deadlines;
}

/**
 * One request and its answer, with every wait bounded. Redirects and encoded bodies are refused: they are neither followed
 * nor decoded. A GET or HEAD that a kept connection did not bring before it was closed goes out on another, once.
 * @param body of a 200. Once the promise is settled it is not called again
 * @throws TransportFault; what `body` and the request's body throw; the signal's reason
 */
export async function exchange(
  line: Line,
  request: HttpRequest,
  body: Sink,
  ends: Ends,
): Promise<HttpAnswer> {
  const { pool, endpoint } = line;
  const head = requestHead(endpoint, request);
  for (let first = true; ; first = false) {
    const connection = await pool.lease(ends);
    const kept = connection.used > 0;
    const ask = new Asking(connection, body, ends.deadlines, request.method === 'HEAD');
    try {
      const answer = await ask.send(head, request.body, ends);
      if (ask.leftNothing) await connection.rest();
      pool.release(connection, ask.leftNothing);
      return answer;
    } catch (error) {
      pool.release(connection, false);
      const lost = error instanceof TransportFault && error.unanswered;
      if (!(first && kept && lost && request.method !== 'POST')) throw error;
    }
  }
}

/** One exchange on one connection. */
class Asking implements Receiver {
  readonly #connection: Connection;
  readonly #deadlines: Deadlines;
  readonly #reader: AnswerReader;
  readonly #watch = new Watch((was) => this.#fail(new TransportFault(was)));
  readonly #answered = Promise.withResolvers<HttpAnswer>();
  readonly #text = new ErrorText(() => this.#succeed());
  #settled = false;
  #sent = false;

  constructor(connection: Connection, body: Sink, deadlines: Deadlines, bodyless: boolean) {
    this.#connection = connection;
    this.#deadlines = deadlines;
    this.#reader = new AnswerReader((head) => {
      refuseUnwanted(head);
      if (this.#sent) this.#expect();
      return head.status === 200 ? body : this.#text;
    }, bodyless);
  }

  /** The connection is at the beginning of another exchange. */
  get leftNothing(): boolean {
    return this.#sent && this.#reader.trailers !== null && this.#reader.head?.keepsOpen === true;
  }

  async send(head: string, body: HttpRequest['body'], { signal }: CallOptions): Promise<HttpAnswer> {
    signal?.throwIfAborted();
    const stop = () => this.#fail(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    this.#connection.begin(this);
    this.#request(head, body).catch((error) => this.#fail(error));
    try {
      return await this.#answered.promise;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  place(): Uint8Array | null {
    if (this.#settled) return null;
    try {
      return this.#reader.place();
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  placed(count: number): void {
    this.#received(() => this.#reader.placed(count));
  }

  push(bytes: Uint8Array): void {
    this.#received(() => this.#reader.push(bytes));
  }

  ended(fault: TransportFault | null): void {
    this.#received(() => {
      if (fault === null) this.#reader.end();
      else
        throw this.#reader.begun
          ? fault
          : new TransportFault(fault.message, { unanswered: true, cause: fault });
    });
  }

  async #request(head: string, body: HttpRequest['body']): Promise<void> {
    if (body === undefined || typeof body === 'string') await this.#write([head + (body ?? '')]);
    else {
      await this.#write([head]);
      for await (const piece of body) {
        if (this.#settled) return;
        if (piece.byteLength > 0) await this.#write(chunkOf(piece));
      }
      await this.#write([LAST_CHUNK]);
    }
    if (this.#settled) return;
    this.#sent = true;
    this.#watch.begin(this.#deadlines.totalMs);
    this.#expect();
  }

  #expect(): void {
    if (this.#reader.head === null) this.#watch.expect('the head of the answer', this.#deadlines.headersMs);
    else this.#watch.expect('more of the answer', this.#deadlines.idleMs);
  }

  async #write(pieces: readonly (Uint8Array | string)[]): Promise<void> {
    if (this.#settled) return;
    this.#watch.expect('room for more of the request', this.#deadlines.idleMs);
    await this.#connection.write(pieces);
    if (!this.#settled) this.#watch.rest();
  }

  #received(read: () => void): void {
    if (this.#settled) return;
    try {
      // Nothing that comes makes up for a request that does not leave, or for a head that does not end.
      if (this.#sent && this.#reader.head !== null) this.#watch.refresh();
      read();
      if (this.#reader.trailers !== null) this.#succeed();
    } catch (error) {
      this.#fail(error);
    }
  }

  #succeed(): void {
    const { status = 0, headers } = this.#reader.head ?? {};
    const trailers = this.#reader.trailers ?? new Map();
    const retryAfter = retryAfterMs(headers?.get('retry-after'));
    const answer = { status, errorText: this.#text.text, retryAfterMs: retryAfter, trailers };
    this.#settle(() => this.#answered.resolve(answer));
  }

  #fail(error: unknown): void {
    this.#settle(() => this.#answered.reject(error));
  }

  #settle(settle: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#watch.end();
    settle();
  }
}

/** What a peer says of its failure: the first 64 KiB; more is not waited for. */
class ErrorText implements Sink {
  readonly #full: () => void;
  readonly #gathered = new Gathered();

  constructor(full: () => void) {
    this.#full = full;
  }

  get text(): string {
    return this.#gathered.text;
  }

  place(): null {
    return null;
  }

  placed(): void {}

  take(piece: Uint8Array): void {
    this.#gathered.add(piece.subarray(0, MAX_ERROR_TEXT_BYTES - this.#gathered.length));
    if (this.#gathered.length === MAX_ERROR_TEXT_BYTES) this.#full();
  }
}

function refuseUnwanted({ status, headers }: Head): void {
  if (status >= 300 && status < 400)
    throw new TransportFault(`it answered ${status}, and redirects are not followed`);
  const encoding = headers.get('content-encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new TransportFault(`it answered in the encoding ${encoding}`);
}
