import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { upstream } from './upstream.ts';

/** A call as it came. */
export interface RpcCall {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
  /** What the real node answers, as JSON. */
  forward(): Promise<string>;
  readonly response: ServerResponse;
}

/** Answers a call by itself; false leaves it to the real node. */
export type Evil = (call: RpcCall) => boolean | Promise<boolean>;

/** A proxy before a real node, which does what somebody evil says. */
export interface EvilRpc {
  readonly url: string;
  /** How often each method was called. */
  readonly calls: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** @param target URL of a real node */
export async function openEvilRpc(target: string, evil: Evil): Promise<EvilRpc> {
  const calls: Record<string, number> = {};
  const node = upstream(target);
  const headers = { 'content-type': 'application/json' };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces);
    const { id, method, params } = JSON.parse(body.toString());
    calls[method] = (calls[method] ?? 0) + 1;
    const forward = async () => {
      const asked = { number: 1, method: 'POST', target: '', headers, body: async () => body };
      return Buffer.from((await node(asked)).body).toString();
    };
    if (!(await evil({ id, method, params, forward, response }))) response.end(await forward());
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: NodeJS.ErrnoException) => {
      // The node is gone, or whoever asked. Anything else is a mistake of the test's, and nobody listens to it.
      if (error.code === undefined) throw error;
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers one method with a value of its own. */
export function instead(method: string, result: unknown): Evil {
  return (call) => {
    if (call.method !== method) return false;
    call.response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, result }));
    return true;
  };
}
