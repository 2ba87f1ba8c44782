import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { parseNamespace } from '../../src/ids/reference.ts';
import { Chain } from '../../src/registries/ethereum/chain.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { callContract } from '../../src/testing/nodes/contract-calls.ts';
import { change } from '../../src/verbs/changing/change.ts';
import { grantIntention } from '../../src/verbs/changing/grant.ts';
import {
  acceptIntention,
  offerIntention,
  statementKeyIntention,
} from '../../src/verbs/changing/ownership.ts';
import { registerLabel } from '../../src/verbs/changing/register.ts';
import { openAccount } from './ports.ts';

let chain: TestChain;
/** A registry whose administrator is an account, which has no delays. */
let administered: TestChain;
let administrator: string;

beforeAll(async () => {
  chain = await startTestChain();
  administrator = await chain.newKey();
  administered = { ...chain, contract: await chain.administered(administrator) };
});
afterAll(() => chain.close());

const administer = (name: string, ...args: readonly unknown[]) => {
  const { rpc, chainId, contract } = administered;
  return callContract(new Chain({ rpc, chainId, contract, finality: 'latest' }), administrator, name, args);
};

const onEvent = (event: BallastEvent) => {
  if (event.type !== 'wait' || event.seconds < 50) return;
  void chain.rpc.call('evm_increaseTime', [61]).then(() => chain.rpc.call('evm_mine', []));
};

it('is offered, called off, offered again and accepted; roles and statement key are gone then', async () => {
  const [old, next] = [await openAccount(chain), await openAccount(chain)];
  const label = parseNamespace('sold');
  await registerLabel(old.ports, label, { onEvent });
  const key = `0x${'ee'.repeat(20)}`;
  await change(old.ports, statementKeyIntention(old.ports, label, key, {}), {});
  const grant = {
    ...{ namespace: label, model: null, account: key },
    roles: ['publish'],
    expiresAt: null,
  } as const;
  await change(old.ports, grantIntention(old.ports, grant, {}), {});

  const accept = () => change(next.ports, acceptIntention(next.ports, label, {}), {});
  const offer = (to: string | null) => change(old.ports, offerIntention(old.ports, label, to, {}), {});
  await expect(accept()).rejects.toMatchObject({
    code: 'NOT_OWNER',
    message: expect.stringContaining('not offered'),
  });
  expect(await offer(next.address)).toMatchObject({ changed: true });
  expect(await offer(next.address)).toMatchObject({ changed: false });
  expect(await offer(null)).toMatchObject({ changed: true });
  await expect(accept()).rejects.toMatchObject({ code: 'NOT_OWNER' });
  await offer(next.address);
  expect(await accept()).toMatchObject({ changed: true, transactions: 1 });
  expect(await accept()).toMatchObject({ changed: false, transactions: 0 });
  expect(await next.ports.actions.namespace(label)).toEqual({
    ...{ owner: next.address, pending: null, statementKey: null, modelCount: 0 },
  });
  expect(await next.ports.actions.grant(label, null, key)).toMatchObject({ roles: [] });
  await expect(offer(old.address)).rejects.toMatchObject({ code: 'NOT_OWNER' });
});

it("an address's own namespace stays", async () => {
  const { ports, address } = await openAccount(chain);
  expect(() => offerIntention(ports, parseNamespace(address), null, {})).toThrow('stays with it');
});

it('a label that is kept for somebody is taken by him alone', async () => {
  const [holder, other] = [await openAccount(administered), await openAccount(administered)];
  const label = parseNamespace('kept');
  await administer('reserveNamespace', label, holder.address);
  await expect(registerLabel(other.ports, label, {})).rejects.toMatchObject({ code: 'NAMESPACE_TAKEN' });
  await expect(registerLabel(holder.ports, label, {})).rejects.toMatchObject({
    ...{ code: 'NAMESPACE_TAKEN', next: expect.stringContaining('ballast namespace accept kept') },
  });
  await change(holder.ports, acceptIntention(holder.ports, label, {}), {});
  expect(await holder.ports.actions.namespace(label)).toMatchObject({ owner: holder.address });
});

it('a pause is told before a commitment is made', async () => {
  const account = await openAccount(administered);
  await administer('pause');
  await expect(registerLabel(account.ports, parseNamespace('paused'), {})).rejects.toMatchObject({
    ...{ code: 'REGISTRY_PAUSED', exit: 9 },
  });
  await administer('unpause');
});
