import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
  /** What the real node answers, as JSON. */
  forward(): Promise<string>;
  readonly response: ServerResponse;
}

/** Answers a call by itself; false leaves it to the real node. */
export type Evil = (call: Call) => boolean | Promise<boolean>;

/** A proxy before a real node, which does what `evil` says. @returns its URL and how often each method was called */
export async function startEvilRpc(target: string, evil: Evil) {
  const calls: Record<string, number> = {};
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const { id, method, params } = JSON.parse(body);
    calls[method] = (calls[method] ?? 0) + 1;
    const forward = async () => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch(target, { method: 'POST', headers, body })).text();
    };
    if (!(await evil({ id, method, params, forward, response }))) response.end(await forward());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

/** Answers one method with a value of its own. */
export function instead(method: string, result: unknown): Evil {
  return (call) => {
    if (call.method !== method) return false;
    call.response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, result }));
    return true;
  };
}
