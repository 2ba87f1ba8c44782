/** A label is taken by two transactions with a minute between, on a real EVM; interrupted anywhere, once. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { parseNamespace } from '../../src/ids/reference.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { prepareLabel, registerLabel } from '../../src/verbs/changing/register.ts';
import { openAccount } from './ports.ts';

let chain: TestChain;
beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.close());

const minutePasses = async () => {
  await chain.rpc.call('evm_increaseTime', [61]);
  await chain.rpc.call('evm_mine', []);
};

/** How many transactions an account has sent. */
const sentBy = async (address: string) =>
  Number(await chain.rpc.call('eth_getTransactionCount', [address, 'latest']));

it('commits, waits by the chain’s clock, and registers', async () => {
  const { ports, address } = await openAccount(chain);
  const label = parseNamespace('acme');
  const waits: number[] = [];
  const onEvent = (event: BallastEvent) => {
    if (event.type !== 'wait') return;
    if (waits.length === 0) void minutePasses();
    waits.push(event.seconds);
  };
  const done = await registerLabel(ports, label, { onEvent });
  expect(done).toMatchObject({ changed: true, transactions: 2 });
  expect(waits[0]).toBeGreaterThan(50);
  expect(await ports.actions.namespace(label)).toMatchObject({ owner: address, pending: null });

  const again = await registerLabel(ports, label, {});
  expect(again).toMatchObject({ action: null, changed: false, transactions: 0 });
  expect(await sentBy(address)).toBe(2);
});

it('goes on where an interrupted run stopped, with the same commitment', async () => {
  const { ports, address } = await openAccount(chain);
  const label = parseNamespace('interrupted');
  const stop = new AbortController();
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'wait') stop.abort(new Error('stopped while waiting'));
  };
  await expect(registerLabel(ports, label, { onEvent, signal: stop.signal })).rejects.toThrow('stopped');
  expect(await sentBy(address)).toBe(1);
  const early = await registerLabel(ports, label, { dryRun: true, onEvent: () => expect.unreachable() });
  expect(early).toMatchObject({ action: { kind: 'register' }, quote: { transactions: 1, gas: 60_000n } });
  await minutePasses();
  const looked = await registerLabel(ports, label, { dryRun: true });
  expect(looked).toMatchObject({ changed: false, quote: { transactions: 1 } });
  const done = await registerLabel(ports, label, {});
  // The commitment of the first run is told as its own: it is the same registration.
  expect(done).toMatchObject({ changed: true, transactions: 2 });
  expect(await sentBy(address)).toBe(2);
});

it('a dry run sends nothing and tells the cost of both', async () => {
  const { ports, address } = await openAccount(chain);
  const looked = await registerLabel(ports, parseNamespace('looked-at'), { dryRun: true });
  expect(looked).toMatchObject({ changed: false, quote: { transactions: 2 } });
  expect(Number(looked.quote.gas)).toBeGreaterThan(80_000);
  expect(await sentBy(address)).toBe(0);
});

it('a label of somebody else is refused before anything is sent', async () => {
  const owner = await openAccount(chain);
  const label = parseNamespace('taken');
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'wait' && event.seconds > 50) void minutePasses();
  };
  await registerLabel(owner.ports, label, { onEvent });
  const late = await openAccount(chain);
  await expect(registerLabel(late.ports, label, {})).rejects.toMatchObject({
    code: 'NAMESPACE_TAKEN',
    message: expect.stringContaining(owner.address),
  });
  expect(await sentBy(late.address)).toBe(0);
});

it.each(['local', 'default', `0x${'ab'.repeat(20)}`])('%s can be nobody’s label', async (label) => {
  const { ports } = await openAccount(chain);
  await expect(registerLabel(ports, parseNamespace(label), {})).rejects.toMatchObject({
    code: 'ARGUMENT_INVALID',
  });
});

it('an hour later the commitment still holds; two days later another is made', async () => {
  const { ports, address } = await openAccount(chain);
  const label = parseNamespace('much-later');
  const stop = new AbortController();
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'wait') stop.abort(new Error('stopped'));
  };
  await expect(registerLabel(ports, label, { onEvent, signal: stop.signal })).rejects.toThrow('stopped');
  await chain.rpc.call('evm_increaseTime', [2 * 86_400]);
  await chain.rpc.call('evm_mine', []);
  const soon = (event: BallastEvent) => {
    if (event.type === 'wait') void minutePasses();
  };
  expect(await registerLabel(ports, label, { onEvent: soon })).toMatchObject({ changed: true });
  expect(await sentBy(address)).toBe(3);
});

const sendAs = async (from: string, data: string) => {
  await chain.rpc.call('anvil_impersonateAccount', [from]);
  await chain.rpc.call('anvil_setBalance', [from, '0xde0b6b3a7640000']);
  await chain.rpc.call('eth_sendTransaction', [{ from, to: chain.contract, data }]);
  await chain.rpc.call('evm_mine', []);
};

it('a commitment that a stranger copies and sends first does as well', async () => {
  const { ports, address } = await openAccount(chain);
  const { actions, registry, tasks } = ports;
  const label = parseNamespace('copied');
  const confirm = async () => {
    const { salt } = await tasks.begin([registry.id, address, 'register', label]);
    await sendAs(`0x${'c0'.repeat(20)}`, actions.prepare({ kind: 'commit', label, salt }).data);
    return true;
  };
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'wait' && event.seconds > 50) void minutePasses();
  };
  const done = await registerLabel(ports, label, { confirm, onEvent });
  expect(done).toMatchObject({ changed: true, transactions: 1 });
  expect(await actions.namespace(label)).toMatchObject({ owner: address });
});

it('an account whose key is elsewhere is told one call after the other', async () => {
  const { ports } = await openAccount(chain);
  const safe = `0x${'5a'.repeat(20)}`;
  const acting = { ...ports, actions: ports.actions.as(safe) };
  const label = parseNamespace('of-a-safe');
  const first = await prepareLabel(acting, label, {});
  expect(first).toMatchObject({ action: { kind: 'commit' }, quote: { transactions: 2 } });
  expect((await prepareLabel(acting, label, {})).action).toEqual(first.action);
  await sendAs(safe, acting.actions.prepare(first.action!).data);
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'wait' && event.seconds > 50) void minutePasses();
  };
  const second = await prepareLabel(acting, label, { onEvent });
  expect(second).toMatchObject({ action: { kind: 'register' }, changed: false });
  await sendAs(safe, acting.actions.prepare(second.action!).data);
  expect(await acting.actions.namespace(label)).toMatchObject({ owner: safe });
  expect(await prepareLabel(acting, label, {})).toMatchObject({ action: null });
});
