import { cidText, RAW } from '../ids/cid.ts';
import type { Digest } from '../ids/digest.ts';
import type { CallOptions } from '../interfaces.ts';
import type { HttpClient } from '../transport/client.ts';
import type { HttpAnswer } from '../transport/exchange.ts';
import type { HttpRequest } from '../transport/request.ts';
import { unreachable } from '../transport/unreachable.ts';
import { blockCorrupt, blockMissing } from './block-errors.ts';

/**
 * What every trustless gateway is asked alike (https://specs.ipfs.tech/http-gateways/trustless-gateway/): one raw block, not
 * its codec's view of it. Nothing of the answer is believed: whoever reads the block hashes it.
 */

/** It has no such block, no peer brought it in the gateway's own time, or it must not give it out. */
const MISSING = [404, 410, 451, 504];

/** @param store its name, for messages @returns the block's length */
export async function readRawBlock(
  gateway: HttpClient,
  store: string,
  digest: Digest,
  into: Uint8Array,
  options: CallOptions,
): Promise<number> {
  const answer = await gateway.receive(rawBlock('GET', digest), into, options);
  if (answer.overflow)
    throw blockCorrupt(store, digest, `it outgrows the ${into.byteLength} bytes that it may have`);
  if (answer.status === 200) return answer.length;
  throw MISSING.includes(answer.status) ? blockMissing(store, digest) : refused(gateway, digest, answer);
}

/** Whether the gateway says that it would give the block. */
export async function hasRawBlock(
  gateway: HttpClient,
  digest: Digest,
  options: CallOptions,
): Promise<boolean> {
  const answer = await gateway.text(rawBlock('HEAD', digest), 0, options);
  if (answer.status === 200) return true;
  if (MISSING.includes(answer.status)) return false;
  throw refused(gateway, digest, answer);
}

/** Kubo sends requests to `localhost` on to a subdomain for each CID (301), those to the address it answers. */
export function byAddress(gateway: string): string {
  const url = URL.parse(gateway);
  if (url?.hostname !== 'localhost') return gateway;
  url.hostname = '127.0.0.1';
  return url.href;
}

function rawBlock(method: 'GET' | 'HEAD', digest: Digest): HttpRequest {
  const path = `/ipfs/${cidText(digest, RAW)}?format=raw`;
  return { method, path, what: `block ${digest}`, headers: { accept: 'application/vnd.ipld.raw' } };
}

function refused({ endpoint }: HttpClient, digest: Digest, answer: HttpAnswer): Error {
  const { status, errorText, retryAfterMs } = answer;
  const text = errorText.slice(0, 300).trim() || 'no message';
  return unreachable(endpoint, `block ${digest}`, `it answered ${status}: ${text}`, undefined, retryAfterMs);
}
