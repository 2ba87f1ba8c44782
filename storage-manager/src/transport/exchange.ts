import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { CallOptions } from '../interfaces.ts';
import { MAX_ERROR_TEXT_BYTES } from '../limits.ts';
import { type Deadlines, Watch } from './deadlines.ts';
import type { Endpoint } from './endpoint.ts';
import { unreachable } from './unreachable.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Appended to the endpoint's path, with its query. */
  readonly path: string;
  /** What the caller wants, for messages: `block ab12…`. */
  readonly what: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Pulled piece by piece. A piece of 64 KiB or more has left this process once the next one is asked for. */
  readonly body?: AsyncIterable<Uint8Array>;
}

export interface HttpAnswer {
  readonly status: number;
  /** The body where the status is not 200, cut off at 64 KiB; else ''. */
  readonly errorText: string;
  readonly trailers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Where a request goes, and what opens the connections there. */
export interface Line {
  readonly dispatcher: Dispatcher;
  readonly endpoint: Endpoint;
}

/** What ends an exchange that does not end by itself. */
export interface Ends extends CallOptions {
  readonly deadlines: Deadlines;
}

/** Takes the body of a 200 piece by piece; a piece is valid during the call only. Throwing ends the exchange. */
export type TakeBytes = (piece: Uint8Array) => void;

/** Why a connection is cut that nobody listens to any more. */
const GIVEN_UP = new Error('exchange given up');

/**
 * One request and its answer, with every wait bounded. Redirects and encoded bodies are refused: they are neither
 * followed nor decoded. Once the promise is settled `take` is not called again.
 * @throws UnavailableError `STORE_UNREACHABLE`; what `take` throws; the signal's reason
 */
export function exchange(
  { dispatcher, endpoint }: Line,
  request: HttpRequest,
  take: TakeBytes,
  { deadlines, signal }: Ends,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;
    let status = 0;
    const text: Uint8Array[] = [];
    let textRoom = MAX_ERROR_TEXT_BYTES;

    const watch = new Watch((was) => fail(unreachable(endpoint, request.what, was)));

    function settle(): void {
      settled = true;
      watch.end();
      signal?.removeEventListener('abort', stop);
    }
    function fail(error: unknown): void {
      if (settled) return;
      settle();
      reject(error);
      controller?.abort(GIVEN_UP);
    }
    function succeed(trailers: HttpAnswer['trailers']): void {
      if (settled) return;
      settle();
      resolve({ status, errorText: Buffer.concat(text).toString('utf8'), trailers });
    }
    function stop(): void {
      fail(signal?.reason);
    }
    function sent(): void {
      if (settled) return;
      watch.begin(deadlines.totalMs);
      if (status === 0) watch.expect('the head of the answer', deadlines.headersMs);
    }
    function takeText(piece: Uint8Array): void {
      text.push(Uint8Array.from(piece.subarray(0, textRoom)));
      textRoom -= Math.min(textRoom, piece.byteLength);
      if (textRoom > 0) return;
      succeed({});
      controller?.abort(GIVEN_UP);
    }

    if (signal?.aborted) {
      stop();
      return;
    }
    signal?.addEventListener('abort', stop, { once: true });
    dispatcher.dispatch(
      {
        origin: endpoint.origin,
        path: endpoint.path + request.path,
        method: request.method,
        headers: { 'accept-encoding': 'identity', ...endpoint.headers, ...request.headers },
        body: request.body ? iterableBody(watched(request.body, watch, deadlines.idleMs, sent)) : null,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart(started) {
          controller = started;
          if (settled) started.abort(GIVEN_UP);
          else if (!request.body) sent();
        },
        onResponseStart(_controller, code, headers) {
          if (settled || code < 200) return;
          status = code;
          const was = refusal(code, headers['content-encoding']);
          if (was === null) watch.expect('more of the answer', deadlines.idleMs);
          else fail(unreachable(endpoint, request.what, was));
        },
        onResponseData(_controller, piece) {
          if (settled) return;
          watch.refresh();
          try {
            if (status === 200) take(piece);
            else takeText(piece);
          } catch (error) {
            fail(error);
          }
        },
        onResponseEnd(_controller, trailers) {
          succeed(trailers);
        },
        onResponseError(_controller, error) {
          fail(unreachable(endpoint, request.what, connectionFault(error), error));
        },
      },
    );
  });
}

async function* watched(
  body: AsyncIterable<Uint8Array>,
  watch: Watch,
  idleMs: number,
  sent: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    watch.expect('room for more of the request', idleMs);
    yield piece;
    watch.rest();
  }
  sent();
}

/** undici takes any async iterable and pulls the next piece once the socket has drained; its types name only streams. */
function iterableBody(body: AsyncIterable<Uint8Array>): Readable {
  return body as Readable;
}

function refusal(status: number, encoding: string | string[] | undefined): string | null {
  if (status >= 300 && status < 400) return `it answered ${status}, and redirects are not followed`;
  if (encoding !== undefined && encoding !== 'identity') return `it answered in the encoding ${encoding}`;
  return null;
}

/** The code alone: a library's message may quote what it should not. */
function connectionFault(error: Error): string {
  return `the connection failed: ${'code' in error ? String(error.code) : error.name}`;
}
