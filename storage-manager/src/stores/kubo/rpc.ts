import { type BallastError, CorruptError, ResourceError } from '../../errors.ts';
import type { HttpClient, HttpOptions } from '../../transport/client.ts';
import type { Endpoint } from '../../transport/endpoint.ts';
import type { HttpAnswer } from '../../transport/exchange.ts';
import { unreachable } from '../../transport/unreachable.ts';

/** Path of an RPC call (`POST /api/v0/…`). */
export function rpcPath(call: string, query: Readonly<Record<string, string>> = {}): string {
  return `/api/v0/${call}?${new URLSearchParams(query)}`;
}

export interface RpcCall {
  /** `block/stat`. */
  readonly call: string;
  readonly query?: Readonly<Record<string, string>>;
  /** What is wanted of it, for messages. */
  readonly what: string;
  /** Of the whole answer. */
  readonly maxBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array>;
}

/**
 * Calls the daemon and hands over each line of its answer (NDJSON), parsed.
 * @returns what the daemon says of its failure, as a clause, or null
 * @throws UnavailableError `STORE_UNREACHABLE`, also where `onLine` can't make sense of a line
 */
export async function callRpc(
  rpc: HttpClient,
  { call, query, maxBytes, ...request }: RpcCall,
  onLine: (line: Readonly<Record<string, unknown>>) => void,
  options: HttpOptions,
): Promise<string | null> {
  const read = (line: string): void => {
    try {
      onLine(JSON.parse(line));
    } catch (error) {
      throw unreachable(rpc.endpoint, request.what, `it sent the line ${line.slice(0, 100)}`, error);
    }
  };
  const path = rpcPath(call, query);
  return failureOf(await rpc.lines({ method: 'POST', path, ...request }, read, maxBytes, options));
}

/** What Kubo says where it failed, also after a 200 (then in a trailer); null where it did not fail. */
export function failureOf(answer: HttpAnswer): string | null {
  if (answer.status !== 200) return `it answered ${answer.status}: ${messageOf(answer.errorText)}`;
  const trailer = answer.trailers.get('x-stream-error');
  return trailer === undefined ? null : `it failed after its answer had begun: ${trailer.slice(0, 300)}`;
}

/** Kubo has no error code for it (Code is 0), so that only the text tells. @param failure from `failureOf` */
export function saysAbsent(failure: string): boolean {
  return /block was not found locally|ipld: could not find/.test(failure);
}

/** The error whose class names the next action. @param failure from `failureOf` */
export function kuboError(endpoint: Endpoint, what: string, failure: string): BallastError {
  if (/no space left on device|disk quota exceeded/.test(failure))
    return new ResourceError('DISK_FULL', {
      should: `${endpoint.label} must have room for ${what}`,
      was: failure,
      next: 'free space where the IPFS daemon keeps its repository, then run the same command again',
    });
  if (/mismatch in content integrity/.test(failure))
    return new CorruptError('CHUNK_CORRUPT', {
      should: `${what} must hash to their digests when they reach ${endpoint.label}`,
      was: failure,
      next: 'run the same command again; if it fails again, test the memory of this machine',
    });
  return unreachable(endpoint, what, failure);
}

function messageOf(errorText: string): string {
  try {
    const { Message } = JSON.parse(errorText);
    return String(Message).slice(0, 300);
  } catch {
    return errorText.slice(0, 300).trim() || 'no message';
  }
}
