import { onTestFinished } from 'vitest';
import { KuboStore } from '../../src/stores/kubo/store.ts';
import type { HttpFault } from '../../src/testing/faults/fault.ts';
import type { Answer } from '../../src/testing/faults/inject.ts';
import { FaultServer, type Origin } from '../../src/testing/faults/server.ts';

/** Short, so that each fault is over within a second and a half. Where all is answered the usual ones hold. */
const DEADLINES = { connectMs: 500, headersMs: 300, idleMs: 300, totalMs: 1200 };

/** What a daemon does with the calls whose path begins so, without `/api/v0/`: goes wrong, or answers. */
export type Calls = Readonly<Record<string, HttpFault | Origin>>;

/** A daemon on loopback, and a store that reads from its gateway; both gone after the test. Other calls it answers with nothing. */
export async function startEvilKubo(calls: Calls): Promise<{ store: KuboStore; server: FaultServer }> {
  const callOf = (target: string) =>
    Object.entries(calls).find(([path]) => target.replace('/api/v0/', '').startsWith(path))?.[1];
  const server = await FaultServer.start(
    (asked) => {
      const call = callOf(asked.target);
      return typeof call === 'function' ? call(asked) : said('');
    },
    {
      script: ({ target }) => {
        const call = callOf(target);
        return call === undefined || typeof call === 'function' ? null : call;
      },
    },
  );
  const address = server.url.replace('//', '//someone:canary-secret@');
  const answered = Object.values(calls).every((call) => typeof call === 'function');
  const deadlines = answered ? undefined : DEADLINES;
  const store = new KuboStore({ api: address, gateway: address, deadlines });
  onTestFinished(async () => {
    await store.close();
    await server.close();
  });
  return { store, server };
}

export function said(body: string, status = 200): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
}
