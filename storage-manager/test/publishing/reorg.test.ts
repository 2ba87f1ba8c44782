/** Reorganisations: what was in a block is in another one, in none, or behind what somebody else has sent. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Journal, type PublicationKey } from '../../src/engine/journal.ts';
import { LATEST, parseModelName, parseNamespace } from '../../src/ids/reference.ts';
import type { PublishReceipt, PublishRequest } from '../../src/interfaces.ts';
import { act } from '../../src/registries/ethereum/act.ts';
import { namespaceId } from '../../src/registries/ethereum/ids.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import type { EthereumRegistry } from '../../src/registries/ethereum/registry.ts';
import { type Evil, openEvilRpc } from '../../src/testing/faults/evil-rpc.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { registerNamespace } from '../../src/testing/nodes/contract-calls.ts';
import { publishTrace } from '../../src/testing/oracle/publish-trace.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { testFolder } from './process.ts';

const DEPTHS =
  process.env.BALLAST_DEEP === undefined ? [1, 2, 3, 8, 21, 64] : Array.from({ length: 64 }, (_, i) => i + 1);

let chain: TestChain;
beforeEach(async () => {
  chain = await startTestChain();
});
afterEach(() => chain?.close());

async function open(confirmations: number, more: { rpcUrl?: string; privateKey?: string } = {}) {
  const registry = await openEthereumRegistry({
    ...{ rpcUrl: chain.url, contractAddress: chain.contract, chainId: chain.chainId },
    // What is lost is looked for, and given again, after a second.
    ...{ privateKey: await chain.newKey(), confirmations, pendingMs: 10_000 },
    ...more,
  });
  onTestFinished(() => registry.close());
  // In a block, so that no reorganisation takes the account's money.
  await mine(1);
  const model = await registry.canonical(parseModelName('local/m'));
  return { registry, request: randomRequest(model, '1', { mode: 'root', channels: [LATEST] }) };
}

/** A proxy that says how often it was asked for a receipt and had one. */
async function watched(evil: Evil = () => false) {
  let receipts = 0;
  const rpc = await openEvilRpc(chain.url, async (call) => {
    if (await evil(call)) return true;
    if (call.method !== 'eth_getTransactionReceipt') return false;
    const answer = await call.forward();
    if (JSON.parse(answer).result !== null) receipts += 1;
    call.response.end(answer);
    return true;
  });
  onTestFinished(() => rpc.close());
  return { ...rpc, receipts: () => receipts };
}

/** On a busy machine, too. */
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 30_000 });

const mine = (blocks: number) => chain.rpc.call('anvil_mine', [`0x${blocks.toString(16)}`]);
/** How many transactions of the account are in blocks: one that is sent gets a block of its own, a moment later. */
const minedBy = ({ address }: EthereumRegistry) =>
  chain.rpc.call('eth_getTransactionCount', [address, 'latest']);
const reorg = (depth: number, transactions: readonly (readonly [string, number])[] = []) =>
  chain.rpc.call('anvil_reorg', [depth, transactions]);

/** A publish on its way, with its row of the journal. */
async function publishing(registry: EthereumRegistry, request: PublishRequest) {
  const journal = await Journal.open(join(await testFolder(), 'journal.sqlite'));
  onTestFinished(() => journal.close());
  const { model, version, channels } = request;
  const key: PublicationKey = { registry: registry.id, model, label: version, source: '/', channels };
  const publication = await journal.begin(key);
  const state: { receipt?: PublishReceipt } = {};
  const ended = registry.publish(request, publication.log).then(async (receipt) => {
    state.receipt = receipt;
    await publication.finish();
  });
  // Its outcome is looked at in the end.
  ended.catch(() => undefined);
  return { journal, state, ended, signed: () => publication.log.all() };
}

const once = (request: PublishRequest) => ({
  records: { 'm@1': request.manifest },
  moves: { 'm@latest': 1 },
  unfinished: [],
  ...{ mined: 1, reverted: 0, repeated: 0, waiting: 0 },
});

test.each(DEPTHS)(
  'D1: a reorganisation of %i blocks: pending, then published, in one record',
  async (depth) => {
    const seen = await watched();
    const { registry, request } = await open(depth + 1, { rpcUrl: seen.url });
    const { state, ended, signed, journal } = await publishing(registry, request);
    await eventually(seen.receipts).toBeGreaterThan(0);
    await mine(depth - 1);
    const [raw = ''] = await signed();
    await reorg(depth, [[raw, 0]]);
    const before = seen.receipts();
    await eventually(seen.receipts).toBeGreaterThan(before);
    expect(state.receipt).toBeUndefined();
    expect(await journal.unfinished()).toHaveLength(1);
    await mine(1);
    await ended;
    expect(state.receipt).toMatchObject({ transactions: 1 });
    expect(seen.calls.eth_sendRawTransaction).toBe(1);
    expect(await publishTrace(registry, journal)).toEqual(once(request));
  },
);

test('D1: a reorganisation between two looks does not pass for confirmations', async () => {
  let armed = true;
  const seen = await watched(async ({ method }) => {
    if (method !== 'eth_getBlockByNumber' || seen.receipts() === 0 || !armed) return false;
    armed = false;
    await reorg(1);
    await mine(5);
    return false;
  });
  const { registry, request } = await open(3, { rpcUrl: seen.url });
  const { state, ended, journal, signed } = await publishing(registry, request);
  // The same bytes are sent again once they are missed.
  await eventually(() => seen.calls.eth_sendRawTransaction).toBe(2);
  await eventually(() => minedBy(registry)).toBe('0x1');
  expect(await signed()).toHaveLength(1);
  expect(state.receipt).toBeUndefined();
  await mine(2);
  await ended;
  expect(await publishTrace(registry, journal)).toEqual(once(request));
});

test('D1: a reorganisation while the chain is read: it is read again', async () => {
  let left = 3;
  const seen = await watched(async ({ method, params }) => {
    // A question to the contract, as of one block.
    if (method !== 'eth_call' || Object(params[0]).to === undefined || left === 0) return false;
    left -= 1;
    await reorg(1);
    return false;
  });
  const { registry, request } = await open(1, { rpcUrl: seen.url });
  const { ended, journal } = await publishing(registry, request);
  await ended;
  expect(left).toBe(0);
  expect(await publishTrace(registry, journal)).toEqual(once(request));
});

describe('D2: a reorganisation that drops the transaction for ever', () => {
  test('under a running publish: the same bytes are sent again', async () => {
    const seen = await watched();
    const { registry, request } = await open(3, { rpcUrl: seen.url });
    const { ended, signed, journal } = await publishing(registry, request);
    await eventually(seen.receipts).toBeGreaterThan(0);
    await reorg(1);
    await eventually(() => seen.calls.eth_sendRawTransaction).toBe(2);
    await eventually(() => minedBy(registry)).toBe('0x1');
    await mine(2);
    await ended;
    expect(await signed()).toEqual([]);
    expect(await publishTrace(registry, journal)).toEqual(once(request));
  });

  test('between two runs: the next one sends what the journal holds', async () => {
    const seen = await watched();
    const { registry, request } = await open(3, { rpcUrl: seen.url });
    const log = memoryLog();
    const controller = new AbortController();
    const stopped = registry.publish(request, log, controller).catch((error) => error);
    await eventually(seen.receipts).toBeGreaterThan(0);
    controller.abort(new Error('stopped'));
    expect(await stopped).toMatchObject({ message: 'stopped' });
    await reorg(1);
    expect(await registry.model(request.model)).toBeNull();
    const again = registry.publish(request, log);
    await eventually(() => registry.model(request.model)).not.toBeNull();
    await mine(2);
    expect(await again).toMatchObject({ transactions: 1 });
    expect(log.entries).toHaveLength(1);
    expect(await publishTrace(registry, null)).toEqual(once(request));
  });
});

test('D1: a release that another run has just brought counts no sooner than one’s own', async () => {
  const privateKey = await chain.newKey();
  const { registry, request } = await open(1, { privateKey });
  await registry.publish(request, memoryLog());
  const seen = await watched();
  const careful = (await open(3, { privateKey, rpcUrl: seen.url })).registry;
  const { state, ended } = await publishing(careful, request);
  // It has found the release, and looks again and again how deep it is.
  await eventually(() => seen.calls.eth_getBlockByNumber).toBeGreaterThan(3);
  await reorg(2);
  await mine(1);
  // Gone before it was deep enough: now it is this run that publishes it.
  await eventually(seen.receipts).toBeGreaterThan(0);
  expect(state.receipt).toBeUndefined();
  await mine(2);
  await ended;
  expect(await publishTrace(registry, null)).toEqual(once(request));
});

describe('D3: a rival’s release of the same version, after a reorganisation', () => {
  const ANY_MODEL = `0x${'0'.repeat(64)}`;

  /** Two who may publish in one namespace. */
  async function rivals() {
    const seen = await watched();
    const [ownerKey, rivalKey] = [await chain.newKey(), await chain.newKey()];
    const { registry: owner } = await open(3, { privateKey: ownerKey, rpcUrl: seen.url });
    const { registry: rival } = await open(1, { privateKey: rivalKey });
    const { registry: granter } = await open(1, { privateKey: ownerKey });
    await registerNamespace(owner.chain, ownerKey, 'acme');
    const namespace = namespaceId(parseNamespace('acme'));
    const account = rival.writer().address;
    const grant = { namespace, model: ANY_MODEL, account, roles: 1, expiresAt: 2n ** 64n - 1n, seq: 0 };
    await act(granter.chain, granter.writer(), [{ name: 'grant', args: [grant] }]);
    const model = parseModelName('acme/m');
    const request = () => randomRequest(model, '1', { mode: 'root' });
    return { seen, owner, rival, request };
  }

  test.each([
    ['is dropped', false],
    ['comes behind it', true],
  ])('ours %s: ends as lost, without another attempt', async (_, kept) => {
    const { seen, owner, rival, request } = await rivals();
    const theirs = request();
    const captured = memoryLog();
    const dying = {
      ...captured,
      append: async (raw: string) => {
        await captured.append(raw);
        throw new Error('captured');
      },
    };
    await expect(rival.publish(theirs, dying)).rejects.toThrow('captured');

    const before = { receipts: seen.receipts(), sends: seen.calls.eth_sendRawTransaction ?? 0 };
    const log = memoryLog();
    const ours = owner.publish(request(), log).catch((error) => error);
    await eventually(seen.receipts).toBeGreaterThan(before.receipts);
    const both = [...captured.entries, ...(kept ? log.entries : [])];
    await reorg(
      1,
      both.map((raw) => [raw, 0] as const),
    );
    const receipts = seen.receipts();
    await eventually(seen.receipts).toBeGreaterThan(receipts);
    await mine(3);
    expect(await ours).toMatchObject({ code: 'VERSION_EXISTS', exit: 9 });
    expect(log.entries).toHaveLength(1);
    const sends = (seen.calls.eth_sendRawTransaction ?? 0) - before.sends;
    expect(sends).toBe(kept ? 1 : 2);
    const model = parseModelName('acme/m');
    const { release } = await owner.resolve(model, { kind: 'version', version: theirs.version });
    expect(release.manifest).toBe(theirs.manifest);
  });
});
