import { CID } from 'multiformats/cid';
import { digestOfCid } from '../../ids/cid.ts';
import type { Digest } from '../../ids/digest.ts';
import type { Answer } from './inject.ts';
import type { Origin } from './server.ts';

const GATEWAY = /^\/ipfs\/([^/?]+)(?:\?format=raw)?$/;
const RPC = /^\/api\/v0\/block\/(get|stat)\?(?:.*&)?arg=([^&]+)/;

/**
 * A trustless gateway (https://specs.ipfs.tech/http-gateways/trustless-gateway/) over blocks in memory; and of Kubo's RPC
 * what reads a block. @param blocks may change while it serves
 */
export function blockOrigin(blocks: ReadonlyMap<Digest, Uint8Array>): Origin {
  return ({ target }) => {
    const [, cid] = GATEWAY.exec(target) ?? [];
    if (cid !== undefined) {
      const body = blocks.get(digestIn(cid));
      return body === undefined ? text(404, 'no such block') : { status: 200, headers: RAW_BLOCK, body };
    }
    const [, call, arg] = RPC.exec(target) ?? [];
    if (arg === undefined) return text(400, 'no such call');
    const body = blocks.get(digestIn(arg));
    if (body === undefined) return text(500, '{"Message":"block was not found locally (offline)","Code":0}');
    if (call === 'get') return { status: 200, headers: RAW_BLOCK, body };
    return text(200, `{"Key":"${arg}","Size":${body.byteLength}}\n`);
  };
}

/** The path under which a gateway has a block. @param cid in text */
export function blockTarget(cid: string): string {
  return `/ipfs/${cid}?format=raw`;
}

const RAW_BLOCK = { 'content-type': 'application/vnd.ipld.raw' };

function digestIn(cid: string): Digest {
  return digestOfCid(CID.parse(cid));
}

function text(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain' }, body: Buffer.from(body) };
}
