import { Agent } from 'undici';
import type { CallOptions } from '../interfaces.ts';
import { KiB } from '../limits.ts';
import { DEADLINES, type Deadlines } from './deadlines.ts';
import type { Endpoint } from './endpoint.ts';
import { exchange, type HttpAnswer, type HttpRequest } from './exchange.ts';
import { LineSplitter } from './lines.ts';
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

/** Ends an exchange whose answer outgrows the buffer; never leaves this file. */
const OVERFLOW = new Error('answer outgrows its buffer');

/** Guarded HTTP/1.1 to one endpoint: the only place that opens a socket. Idle sockets keep no process alive. */
export class HttpClient {
  readonly endpoint: Endpoint;
  readonly #agent: Agent;
  readonly #deadlines: Partial<Deadlines>;

  /**
   * @param connections at most this many at once (null: any number); more requests queue, their deadlines begin later
   * @param deadlines replace every deadline of their kind
   */
  constructor(endpoint: Endpoint, connections: number | null, deadlines: Partial<Deadlines> = {}) {
    this.endpoint = endpoint;
    this.#deadlines = deadlines;
    this.#agent = new Agent({
      connections,
      pipelining: 1,
      connectTimeout: deadlines.connectMs ?? DEADLINES.connectMs,
      maxHeaderSize: 16 * KiB,
    });
  }

  /** Receives the body of a 200 straight into `into`. @throws UnavailableError `STORE_UNREACHABLE` */
  async receive(request: HttpRequest, into: Uint8Array, options: HttpOptions = {}): Promise<ReceivedAnswer> {
    let length = 0;
    const take = (piece: Uint8Array): void => {
      if (length + piece.byteLength > into.byteLength) throw OVERFLOW;
      into.set(piece, length);
      length += piece.byteLength;
    };
    try {
      return { ...(await this.#exchange(request, take, options)), length, overflow: false };
    } catch (error) {
      if (error !== OVERFLOW) throw error;
      return { status: 200, errorText: '', trailers: {}, length, overflow: true };
    }
  }

  /**
   * Hands over the body of a 200 line by line (NDJSON). @param maxBytes of the whole body
   * @throws UnavailableError `STORE_UNREACHABLE`, also where a line passes 64 KiB; what `onLine` throws
   */
  async lines(
    request: HttpRequest,
    onLine: (line: string) => void,
    maxBytes: number,
    options: HttpOptions = {},
  ): Promise<HttpAnswer> {
    const splitter = new LineSplitter(onLine, maxBytes, (was) =>
      unreachable(this.endpoint, request.what, was),
    );
    const answer = await this.#exchange(request, (piece) => splitter.push(piece), options);
    splitter.end();
    return answer;
  }

  /** Cuts all connections. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }

  #exchange(
    request: HttpRequest,
    take: (piece: Uint8Array) => void,
    options: HttpOptions,
  ): Promise<HttpAnswer> {
    const deadlines = { ...DEADLINES, ...options.deadlines, ...this.#deadlines };
    return exchange({ dispatcher: this.#agent, endpoint: this.endpoint }, request, take, {
      ...options,
      deadlines,
    });
  }
}
