import type { CallOptions } from '../interfaces.ts';
import type { Resolver } from './addresses.ts';
import type { Sink } from './answer.ts';
import { DEADLINES, type Deadlines } from './deadlines.ts';
import type { Endpoint } from './endpoint.ts';
import { exchange, type HttpAnswer } from './exchange.ts';
import { TransportFault } from './fault.ts';
import { Gathered } from './gathered.ts';
import { LineSplitter } from './lines.ts';
import { Pool } from './pool.ts';
import { redactor } from './redact.ts';
import type { HttpRequest } from './request.ts';
import { SlowRule } from './slow-rule.ts';
import { unreachable } from './unreachable.ts';

export interface HttpOptions extends CallOptions {
  /** For an answer that is known to take its time; a deadline that the client was given goes first. */
  readonly deadlines?: Partial<Deadlines> | undefined;
}

export interface ReceivedAnswer extends HttpAnswer {
  /** Bytes that the buffer now holds. */
  readonly length: number;
  /** The answer was longer than the buffer; it was cut off there. */
  readonly overflow: boolean;
}

export interface ClientOptions {
  /** At most so many connections at once; more requests queue, their deadlines begin later. Null: any number. */
  readonly connections: number | null;
  /** Replace every deadline of their kind. */
  readonly deadlines?: Partial<Deadlines> | undefined;
  /** Default: the system's own. */
  readonly resolve?: Resolver | undefined;
  /** The error that a fault is, in the words of whoever is asked. Default: `STORE_UNREACHABLE`. */
  readonly failure?: Failure | undefined;
}

/** @param what that was asked for, as a noun @param was what came instead, as a clause */
export type Failure = (endpoint: Endpoint, what: string, was: string, cause?: unknown) => Error;

/** Of a fault that quotes the peer, in characters. */
const MAX_TOLD = 300;

/** Ends an exchange whose answer outgrows its room; never leaves this file. */
const OVERFLOW = new Error('answer outgrows its room');

/** Guarded HTTP/1.1 to one endpoint, the only way out of this process. Idle connections keep no process alive. */
export class HttpClient {
  readonly endpoint: Endpoint;
  readonly #pool: Pool;
  readonly #deadlines: Partial<Deadlines>;
  readonly #failure: Failure;
  readonly #redact: (text: string) => string;

  constructor(
    endpoint: Endpoint,
    { connections, deadlines = {}, resolve, failure = unreachable }: ClientOptions,
  ) {
    this.endpoint = endpoint;
    this.#deadlines = deadlines;
    this.#failure = failure;
    this.#redact = redactor(endpoint);
    const connectMs = deadlines.connectMs ?? DEADLINES.connectMs;
    this.#pool = new Pool({ origin: endpoint.origin, connectMs, resolve }, connections);
  }

  /** Receives the body of a 200 straight into `into`. @throws what `failure` makes of a fault */
  async receive(request: HttpRequest, into: Uint8Array, options: HttpOptions = {}): Promise<ReceivedAnswer> {
    const room = new Room(into);
    try {
      const answer = await this.#exchange(request, room, options);
      return { ...answer, length: room.length, overflow: false };
    } catch (error) {
      if (error !== OVERFLOW) throw error;
      const nothing = { status: 200, errorText: '', retryAfterMs: null, trailers: new Map() };
      return { ...nothing, length: room.length, overflow: true };
    }
  }

  /**
   * Hands over the body of a 200 line by line (NDJSON). @param maxBytes of the whole body
   * @throws what `failure` makes of a fault, also where a line passes 64 KiB; what `onLine` throws
   */
  async lines(
    request: HttpRequest,
    onLine: (line: string) => void,
    maxBytes: number,
    options: HttpOptions = {},
  ): Promise<HttpAnswer> {
    const splitter = new LineSplitter((line) => onLine(this.#redact(line)), maxBytes);
    return this.#exchange(
      request,
      pieces((piece) => splitter.push(piece)),
      options,
      () => splitter.end(),
    );
  }

  /** The body of a 200 as UTF-8. @throws what `failure` makes of a fault, also where it passes `maxBytes` */
  async text(
    request: HttpRequest,
    maxBytes: number,
    options: HttpOptions = {},
  ): Promise<HttpAnswer & { readonly text: string }> {
    const gathered = new Gathered();
    const take = (piece: Uint8Array): void => {
      gathered.add(piece);
      if (gathered.length > maxBytes) throw new TransportFault(`its answer is larger than ${maxBytes} bytes`);
    };
    const answer = await this.#exchange(request, pieces(take), options);
    return { ...answer, text: gathered.text };
  }

  /** Cuts all connections, for good: what runs, waits or comes later fails. */
  close(): void {
    this.#pool.close();
  }

  /** @param whole told that the body has ended */
  async #exchange(
    request: HttpRequest,
    body: Sink,
    options: HttpOptions,
    whole = () => {},
  ): Promise<HttpAnswer> {
    const deadlines = { ...DEADLINES, ...options.deadlines, ...this.#deadlines };
    const line = { pool: this.#pool, endpoint: this.endpoint };
    try {
      const answer = await exchange(line, request, body, { ...options, deadlines });
      whole();
      return this.#clean(answer);
    } catch (error) {
      if (!(error instanceof TransportFault)) throw error;
      const was = this.#redact(error.message).slice(0, MAX_TOLD);
      throw this.#failure(this.endpoint, request.what, was, error.cause);
    }
  }

  /** What the peer says of itself, without what only it and we know. */
  #clean({ errorText, trailers, ...answer }: HttpAnswer): HttpAnswer {
    const clean = Array.from(trailers, ([name, value]) => [name, this.#redact(value)] as const);
    return { ...answer, errorText: this.#redact(errorText), trailers: new Map(clean) };
  }
}

/** A buffer of the caller, filled from its beginning. */
class Room implements Sink {
  readonly #into: Uint8Array;
  readonly #slowRule = new SlowRule();
  length = 0;

  constructor(into: Uint8Array) {
    this.#into = into;
  }

  place(most: number): Uint8Array {
    if (most > this.#into.byteLength - this.length) throw OVERFLOW;
    return this.#into.subarray(this.length);
  }

  placed(count: number): void {
    this.length += count;
    this.#slowRule.add(count);
  }

  take(piece: Uint8Array): void {
    if (piece.byteLength > this.#into.byteLength - this.length) throw OVERFLOW;
    this.#into.set(piece, this.length);
    this.placed(piece.byteLength);
  }
}

/** A body that is taken as it comes. */
function pieces(take: (piece: Uint8Array) => void): Sink {
  return { place: () => null, placed: () => {}, take };
}
