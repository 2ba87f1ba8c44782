import { onTestFinished } from 'vitest';
import { KuboStore } from '../../src/stores/kubo/store.ts';
import { type EvilCalls, openEvilKubo } from '../../src/testing/faults/evil-kubo.ts';
import type { FaultServer } from '../../src/testing/faults/server.ts';

/** Short, so that each fault is over within a second and a half. Where all is answered the usual ones hold. */
const DEADLINES = { connectMs: 500, headersMs: 300, idleMs: 300, totalMs: 1200 };

/** A daemon on loopback, and a store that reads from its gateway; both gone after the test. */
export async function startEvilKubo(calls: EvilCalls): Promise<{ store: KuboStore; server: FaultServer }> {
  const server = await openEvilKubo(calls);
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
