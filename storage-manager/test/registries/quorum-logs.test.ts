/** Events by several endpoints: each has its own limits and gaps; what counts is the registry's record. */
import { expect, onTestFinished, test } from 'vitest';

import { readLogs } from '../../src/registries/ethereum/logs.ts';
import { type Evil, instead } from './evil-rpc.ts';
import { honest, oneRelease, openBehind, outpaced, refusing, resolveLatest } from './three-endpoints.ts';

const subject = oneRelease();
const LOGS = 'eth_getLogs';

/** Every event of the contract, by these endpoints. */
async function logsBy(evils: readonly Evil[]) {
  const { registry } = await openBehind(subject, evils);
  onTestFinished(() => registry.close());
  const head = await registry.chain.head();
  return readLogs(registry.chain, 0, head, [], {});
}

type Log = Record<string, unknown>;
const changing = (change: (logs: Log[]) => Log[]): Evil => {
  return async (call) => {
    if (call.method !== LOGS) return false;
    const { result } = JSON.parse(await call.forward());
    return instead(LOGS, change(result))(call);
  };
};

test.each<[string, (logs: Log[]) => Log[]]>([
  ['leaves the first out', (logs) => logs.slice(1)],
  ['leaves all out', () => []],
  ['gives them twice', (logs) => [...logs, ...logs]],
  ['gives them backwards', (logs) => logs.toReversed()],
  ['says that they were removed', (logs) => logs.map((log) => ({ ...log, removed: true }))],
  [
    'gives those of another contract',
    (logs) => logs.map((log) => ({ ...log, address: `0x${'12'.repeat(20)}` })),
  ],
])('D7: one of three %s, before the others: they are whole and in order', async (_, change) => {
  const whole = await logsBy([honest]);
  expect(whole.length).toBeGreaterThan(2);
  const [first, slow] = outpaced(changing(change), LOGS);
  expect(await logsBy([slow, first, slow])).toEqual(whole);
});

test('D7: whatever they do to events, what a reference leads to is read from the state', async () => {
  const { registry, calls } = await openBehind(subject, Array(3).fill(instead(LOGS, [])));
  onTestFinished(() => registry.close());
  expect((await resolveLatest(registry, subject)).release.version).toBe('1');
  expect(calls.map((each) => each[LOGS])).toEqual([undefined, undefined, undefined]);
});

/** A node that answers at most so many blocks at once: with a refusal, or in silence with less. */
function limited(span: number, silently = false): Evil {
  return async (call) => {
    if (call.method !== LOGS) return false;
    const { fromBlock, toBlock } = Object(call.params[0]);
    if (Number(toBlock) - Number(fromBlock) < span) return false;
    return silently
      ? instead(LOGS, [])(call)
      : refusing(LOGS, { code: -32_005, message: `at most ${span} blocks` })(call);
  };
}

test('D8: endpoints of different limits, one of which cuts off in silence, give all of them together', async () => {
  await subject.chain.rpc.call('anvil_mine', ['0x40']);
  const whole = await logsBy([honest]);
  expect(await logsBy([limited(40), limited(10), limited(7, true)])).toEqual(whole);
});

test('D7: endpoints that contradict each other about a block’s events are named', async () => {
  const one = changing((logs) => logs.slice(1));
  const two = changing((logs) => logs.slice(2));
  const error = await logsBy([one, honest, two]).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'QUORUM_FAILED', exit: 6 });
});
