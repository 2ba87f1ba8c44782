import { TrustError, UsageError } from '../errors.ts';
import { parseModestJson } from '../format/modest-json.ts';
import type { CallOptions, Quorum } from '../interfaces.ts';
import { MAX_RPC_ANSWER_BYTES } from '../limits.ts';
import { sleep } from '../sleep.ts';
import { HttpClient } from './client.ts';
import { basic } from './endpoint.ts';
import { without } from './redact.ts';

/** A chain node as its clients see it (https://www.jsonrpc.org/specification, Ethereum's execution-apis). */
export interface JsonRpc {
  /** Who stands behind each answer; absent where nobody is asked by a network. */
  readonly quorum?: Quorum;
  /** What endpoints that were not needed or not believed said or failed to say so far, a line each. Absent: nothing. */
  readonly dissent?: readonly string[];
  /** The `result`. @throws RpcAnswerError when the node answers an error; TrustError `CHAIN_UNREACHABLE` else */
  call(method: string, params: readonly unknown[], options?: CallOptions): Promise<unknown>;
  close(): Promise<void>;
}

/** The node understood the call and refused it. */
export class RpcAnswerError extends Error {
  readonly code: number;
  /** Revert data of the contract, `0x…`; null where the node gives none. */
  readonly data: string | null;

  constructor(message: string, code: number, data: string | null) {
    super(message);
    this.name = 'RpcAnswerError';
    this.code = code;
    this.data = data;
  }
}

/** Who answers, in the words of its errors. */
export interface Peer {
  readonly name: string;
  /** What to do where it can't be reached. */
  readonly next: string;
  /** How long one answer may take. */
  readonly answerMs: number;
}

const NODE: Peer = {
  name: 'Ethereum RPC',
  next: 'check the RPC URL and whether the node runs, then try again',
  answerMs: 10_000,
};

/** Waits before the second and the third attempt of a call that the node was too busy for. */
const BUSY_WAITS_MS = [250, 1_000];
const BUSY = new Set([429, 502, 503, 504]);

/**
 * JSON-RPC by HTTP POST: one call a request, no redirects, at most 8 MiB and the peer's time an answer. A URL may carry a
 * key (user, path, query): errors name only its scheme and host, and what the node says is searched for the key.
 */
export class HttpJsonRpc implements JsonRpc {
  readonly quorum: Quorum = { agreed: 1, asked: 1 };
  /** Scheme, host and port, by which people know it. */
  readonly origin: string;
  readonly #peer: Peer;
  readonly #client: HttpClient;
  readonly #without: (text: string) => string;
  #lastId = 0;

  /** @throws UsageError `CONFIG_INVALID` unless `url` is an http or https URL */
  constructor(url: string, peer = NODE) {
    this.#peer = peer;
    const { username, password, pathname, search, origin } = parseUrl(url);
    this.origin = origin;
    const credentials = username + password === '' ? '' : basic(decode(username), decode(password));
    const path = `${pathname}/${search.slice(1)}`.split(/[/&=]/);
    const secrets = [username, password, credentials.slice('Basic '.length), ...path];
    this.#without = without(secrets.flatMap((part) => [part, decode(part)]));
    const headers = {
      'content-type': 'application/json',
      ...(credentials !== '' && { authorization: credentials }),
    };
    this.#client = new HttpClient(
      { origin, path: pathname + search, headers, label: origin },
      {
        connections: null,
        deadlines: { headersMs: peer.answerMs, totalMs: peer.answerMs },
        failure: (_endpoint, method, was) => this.#unreachable(method, this.#redact(was)),
      },
    );
  }

  async call(method: string, params: readonly unknown[], options: CallOptions = {}): Promise<unknown> {
    for (const wait of [...BUSY_WAITS_MS, null]) {
      const { id, status, text } = await this.#post(method, params, options);
      if (wait === null || !BUSY.has(status)) return this.#read(method, id, status, text);
      await sleep(wait, options);
    }
    throw new Error('unreachable: the last attempt returns or throws');
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async #post(method: string, params: readonly unknown[], options: CallOptions) {
    const id = ++this.#lastId;
    const body = JSON.stringify({ jsonrpc: '2.0', id, method, params });
    const request = { method: 'POST', path: '', what: method, body } as const;
    const { status, text, errorText } = await this.#client.text(request, MAX_RPC_ANSWER_BYTES, options);
    return { id, status, text: text || errorText };
  }

  /** Some nodes send an error with status 400 or 500, so the status counts only where the body is no JSON-RPC. */
  #read(method: string, id: number, status: number, text: string): unknown {
    const answer = parseAnswer(text, id);
    if (answer === null) {
      throw this.#unreachable(
        method,
        `status ${status} and ${text.length} characters that are no JSON-RPC answer came`,
      );
    }
    if ('result' in answer) return answer.result;
    const { code, message, data } = answer.error;
    throw new RpcAnswerError(
      this.#redact(typeof message === 'string' ? message : 'no message'),
      typeof code === 'object' ? Number.NaN : Number(code),
      revertData(data),
    );
  }

  #redact(text: string): string {
    return this.#without(text).slice(0, 300);
  }

  #unreachable(method: string, was: string): TrustError {
    const { name, next } = this.#peer;
    const should = `the ${name} at ${this.origin} must answer ${method}`;
    return new TrustError('CHAIN_UNREACHABLE', { should, was, next });
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError('CONFIG_INVALID', {
      should: 'the RPC URL must begin with http:// or https://',
      was: 'it does not (not shown: it may hold a key)',
      next: 'set the RPC URL in the configuration or in ETH_NODE_URL',
    });
  }
  return url;
}

/** The part without percent signs; as it is where they are malformed. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Nodes give it as hex, after the word `Reverted`, or one object deeper; whatever else they say there may quote a key. */
function revertData(data: unknown): string | null {
  const said = typeof data === 'object' && data !== null && 'data' in data ? data.data : data;
  return typeof said === 'string' ? (/0x[\da-f]*$/i.exec(said)?.[0] ?? null) : null;
}

type Answer = { result: unknown } | { error: { code?: unknown; message?: unknown; data?: unknown } };

/** Exactly one of `result` and `error`, to this call; else null. */
function parseAnswer(text: string, id: number): Answer | null {
  let value: unknown;
  try {
    value = parseModestJson(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('id' in value) || value.id !== id) return null;
  const error = 'error' in value ? (value.error ?? undefined) : undefined;
  if (error === undefined) return 'result' in value ? { result: value.result } : null;
  const hasResult = 'result' in value && value.result !== null && value.result !== undefined;
  return typeof error === 'object' && !hasResult ? { error } : null;
}
