/** A history is told by events, which a node may leave out or cut off; the registry's counters say when it did. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseReference } from '../../src/ids/reference.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { history } from '../../src/verbs/history.ts';
import { instead, startEvilRpc } from '../registries/evil-rpc.ts';
import { openAccount, publishVersions } from './ports.ts';

let chain: TestChain;
beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.close());

test('D8: a node that cuts events off in silence is found out by the counters of the contract', async () => {
  const { ports, privateKey } = await openAccount(chain);
  const model = await publishVersions(ports, 'm', '1', '2', '3');
  const job = { reference: parseReference(model), whole: true };
  expect(await history(ports, job)).toMatchObject({ complete: true });
  for (const keep of [0, 1, 3]) {
    const { url } = await startEvilRpc(chain.url, async (call) => {
      if (call.method !== 'eth_getLogs') return false;
      const { result } = JSON.parse(await call.forward());
      return instead('eth_getLogs', result.slice(0, keep))(call);
    });
    const behind = await openAccount({ ...chain, url }, privateKey);
    const told = await history(behind.ports, job);
    expect({ complete: told.complete, events: told.events.length }).toEqual({
      complete: false,
      events: keep,
    });
  }
});
