/** Status, channels, attestations and roles through the verbs, on a real EVM: what is sent, refused and told. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BallastEvent } from '../../src/events.ts';
import { digestOf } from '../../src/ids/digest.ts';
import {
  type ModelName,
  parseChannel,
  parseNamespace,
  parseReference,
  parseVersion,
  splitModel,
} from '../../src/ids/reference.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { activityIntention } from '../../src/verbs/changing/activity.ts';
import { attestIntention } from '../../src/verbs/changing/attest.ts';
import { type ChangePorts, change } from '../../src/verbs/changing/change.ts';
import { channelIntention } from '../../src/verbs/changing/channel.ts';
import { dropIntention, type GrantJob, grantIntention } from '../../src/verbs/changing/grant.ts';
import { statementKeyIntention } from '../../src/verbs/changing/ownership.ts';
import { statusIntention } from '../../src/verbs/changing/status.ts';
import { history } from '../../src/verbs/history.ts';
import { inspectNamespace } from '../../src/verbs/namespace.ts';
import { openAccount, publishVersions } from './ports.ts';

let chain: TestChain;
beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.close());

const [latest, one, two] = [parseChannel('latest'), parseVersion('1'), parseVersion('2')];
const why = { reason: 'superseded', report: digestOf(new Uint8Array(1)) } as const;

type To = Parameters<typeof statusIntention>[1]['to'];
const toStatus = async (ports: ChangePorts, ref: string, to: To) =>
  change(ports, await statusIntention(ports, { reference: parseReference(ref), to, ...why }, {}), {});
const toVersion = async (ports: ChangePorts, model: ModelName, version = one) =>
  change(ports, await channelIntention(ports, { model, channel: latest, version }, {}), {});
const granting = (ports: ChangePorts, model: ModelName, account: string, more: Partial<GrantJob> = {}) => {
  const { namespace } = splitModel(model);
  const job = { namespace, model, account, roles: [], expiresAt: null, ...more } as GrantJob;
  return change(ports, grantIntention(ports, job, {}), {});
};

describe('the status of a release', () => {
  it('changes in one transaction, with its reason; the same again sends nothing', async () => {
    const { ports } = await openAccount(chain);
    const model = await publishVersions(ports, 'status', '1');
    expect(await toStatus(ports, `${model}@1`, 'deprecated')).toMatchObject({
      changed: true,
      transactions: 1,
    });
    const { release } = await ports.registry.resolve(model, { kind: 'version', version: one });
    expect(release).toMatchObject({ status: 'deprecated', reason: 'superseded', statusSeq: 1 });
    expect(await toStatus(ports, `${model}@1`, 'deprecated')).toMatchObject({
      changed: false,
      transactions: 0,
    });
    expect(await toStatus(ports, `${model}@1`, 'active')).toMatchObject({ changed: true });
  });

  it('revoked is the end', async () => {
    const { ports } = await openAccount(chain);
    const model = await publishVersions(ports, 'revoked', '1');
    await toStatus(ports, `${model}@1`, 'revoked');
    await expect(toStatus(ports, `${model}@1`, 'active')).rejects.toMatchObject({ code: 'RELEASE_REVOKED' });
    await expect(toVersion(ports, model)).rejects.toMatchObject({ code: 'CHANNEL_WITHDRAWN' });
  });

  it('is not changed where somebody changed it meanwhile: what it is now is told', async () => {
    const { ports } = await openAccount(chain);
    const model = await publishVersions(ports, 'raced', '1');
    const job = { reference: parseReference(`${model}@1`), to: 'deprecated', ...why } as const;
    const intention = await statusIntention(ports, job, {});
    const stale = await intention.prepare(false);
    await toStatus(ports, `${model}@1`, 'yanked');
    const late = { ...intention, prepare: async () => stale };
    await expect(change(ports, late, {})).rejects.toMatchObject({
      ...{ code: 'STATE_CHANGED', exit: 9 },
      message: expect.stringContaining('it is yanked since change 1'),
    });
  });

  it('is a right: a stranger is told which one he lacks, before anything is sent', async () => {
    const { ports } = await openAccount(chain);
    const model = await publishVersions(ports, 'rights', '1');
    const stranger = await openAccount(chain);
    await expect(toStatus(stranger.ports, `${model}@1`, 'yanked')).rejects.toMatchObject({
      ...{ code: 'NOT_OWNER', message: expect.stringContaining('yank') },
    });
    await expect(toStatus(stranger.ports, `${model}@1`, 'revoked')).rejects.toMatchObject({
      code: 'NOT_OWNER',
    });
    await granting(ports, model, stranger.address, { roles: ['yank'] });
    expect(await toStatus(stranger.ports, `${model}@1`, 'yanked')).toMatchObject({ changed: true });
    await granting(ports, model, stranger.address);
    await expect(toStatus(stranger.ports, `${model}@1`, 'active')).rejects.toMatchObject({
      code: 'NOT_OWNER',
    });
  });

  it('costs nothing in a dry run, nor where the cost is declined', async () => {
    const { ports, address } = await openAccount(chain);
    const model = await publishVersions(ports, 'declined', '1');
    const nonce = () => chain.rpc.call('eth_getTransactionCount', [address, 'latest']);
    const before = await nonce();
    const job = { reference: parseReference(`${model}@1`), to: 'yanked', ...why } as const;
    const intention = await statusIntention(ports, job, {});
    const looked = await change(ports, intention, { dryRun: true });
    expect(looked).toMatchObject({ changed: false, quote: { transactions: 1 } });
    expect(looked.quote.wei).toBeGreaterThan(0n);
    const declined = change(ports, intention, { confirm: async () => false });
    await expect(declined).rejects.toMatchObject({ code: 'COST_DECLINED' });
    expect(await nonce()).toBe(before);
  });
});

it('a change that was sent before an interruption is not sent again', async () => {
  const { ports, address } = await openAccount(chain);
  const model = await publishVersions(ports, 'resumed', '1');
  await chain.rpc.call('evm_setAutomine', [false]);
  const stop = new AbortController();
  const job = { reference: parseReference(`${model}@1`), to: 'yanked', ...why } as const;
  const intention = await statusIntention(ports, job, {});
  const said: string[] = [];
  const onEvent = (event: BallastEvent) => void (event.type === 'note' && said.push(event.text));
  const first = change(ports, intention, { signal: stop.signal, onEvent });
  await expect
    .poll(async () => chain.rpc.call('eth_getTransactionCount', [address, 'pending']))
    .not.toBe(await chain.rpc.call('eth_getTransactionCount', [address, 'latest']));
  await expect.poll(() => said, { timeout: 10_000 }).toEqual(['sent: waiting for a block that takes it']);
  stop.abort(new Error('interrupted'));
  await expect(first).rejects.toThrow('interrupted');
  await chain.rpc.call('evm_setAutomine', [true]);
  await chain.rpc.call('evm_mine', []);
  const before = await chain.rpc.call('eth_getTransactionCount', [address, 'latest']);
  expect(await change(ports, intention, {})).toMatchObject({ changed: true, transactions: 1 });
  expect(await chain.rpc.call('eth_getTransactionCount', [address, 'latest'])).toBe(before);
});

it('an attestation rises with its block, and says no more than there is', async () => {
  const { ports } = await openAccount(chain);
  const model = await publishVersions(ports, 'attested', '1');
  const reference = parseReference(`${model}@1`);
  const attest = async (checked: number, ok: number, asOf?: number) =>
    change(ports, await attestIntention(ports, { reference, checked, ok, asOf, report: null }, {}), {});
  expect(await attest(3, 3)).toMatchObject({ changed: true, action: { full: true } });
  await expect(attest(2, 2, 1)).rejects.toMatchObject({ code: 'STATE_CHANGED' });
  await expect(attest(4, 4)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  await expect(attest(1, 2)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

it('the roles of a namespace are what the registry says of those whom events name', async () => {
  const { ports, address } = await openAccount(chain);
  const model = await publishVersions(ports, 'roles', '1');
  const namespace = parseNamespace(address);
  const [ci, auditor] = [`0x${'a1'.repeat(20)}`, `0x${'b2'.repeat(20)}`];
  const expiresAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + 86_400_000);
  await granting(ports, model, ci, { roles: ['publish'], expiresAt });
  await granting(ports, model, auditor, { model: null, roles: ['deprecate', 'yank'] });
  const shown = await inspectNamespace(ports, { namespace, model, account: null });
  expect(shown.models).toEqual([model]);
  expect(shown.grants).toEqual([
    { account: ci, model, roles: ['publish'], expiresAt, seq: 1 },
    { account: auditor, model: null, roles: ['deprecate', 'yank'], expiresAt: null, seq: 1 },
  ]);
  expect(await inspectNamespace(ports, { namespace, model: null, account: null })).toEqual(shown);
  const other = await publishVersions(ports, 'roles-of-another', '1');
  expect((await inspectNamespace(ports, { namespace, model: other, account: null })).grants).toEqual([
    expect.objectContaining({ account: auditor, model: null }),
  ]);
  for (const named of [model, null])
    expect((await inspectNamespace(ports, { namespace, model: named, account: ci })).grants).toHaveLength(1);
  expect(await granting(ports, model, ci, { roles: ['publish'], expiresAt })).toMatchObject({
    changed: false,
  });
  await change(ports, dropIntention(namespace), {});
  expect((await inspectNamespace(ports, { namespace, model, account: null })).grants).toEqual([]);
});

it('history tells all of it in order, and what concerns one release', async () => {
  const { ports, address } = await openAccount(chain);
  const model = await publishVersions(ports, 'told', '1', '2');
  await toVersion(ports, model, one);
  await toVersion(ports, model, two);
  await toStatus(ports, `${model}@1`, 'deprecated');
  const off = { model, active: false, reason: 'legal', report: null } as const;
  await change(ports, await activityIntention(ports, off, {}), {});
  await change(ports, statementKeyIntention(ports, parseNamespace(address), `0x${'cd'.repeat(20)}`, {}), {});
  const kinds = async (ref: string, whole: boolean) => {
    const told = await history(ports, { reference: parseReference(ref), whole });
    return { ...told, kinds: told.events.map(({ event }) => event.kind) };
  };
  const all = await kinds(model, true);
  expect(all.complete).toBe(true);
  expect(all.kinds).toEqual([
    ...[
      'model-created',
      'published',
      'published',
      'channel',
      'channel',
      'status',
      'activity',
      'statement-key',
    ],
  ]);
  const first = await kinds(`${model}@1`, false);
  expect(first.kinds.filter((kind) => kind === 'published')).toHaveLength(1);
  expect(first.kinds.filter((kind) => kind === 'channel')).toHaveLength(2);
  const second = await kinds(`${model}@2`, false);
  expect(second.kinds).not.toContain('status');
  const late = await history(ports, {
    ...{ reference: parseReference(model), whole: true, fromBlock: all.events.at(-1)!.block },
  });
  expect(late).toMatchObject({ complete: false, events: [{ event: { kind: 'statement-key' } }] });
});
