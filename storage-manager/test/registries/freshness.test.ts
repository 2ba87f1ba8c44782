/** A chain that stands still, runs ahead or goes back, as far as this machine's clock and memory can tell. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { LATEST, parseModelName, parseVersion } from '../../src/ids/reference.ts';
import { STATUSES } from '../../src/registries/ethereum/enums.ts';
import { type EthereumOptions, openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomRequest } from '../../src/testing/suites/registry.ts';
import { Seen } from '../../src/trust/seen.ts';
import { type Evil, instead, startEvilRpc } from './evil-rpc.ts';
import { lyingAbout, oneRelease, openBehind, refusing, resolveLatest } from './three-endpoints.ts';

const now = () => Math.floor(Date.now() / 1000);

describe.each([
  ['two hours old', -7_200, /stale by 120 min: block \d+ is that much old/],
  ['two hours ahead of our clock', 7_200, /stale by 120 min: block \d+ is that much ahead of the clock/],
])('D4: a chain whose newest block is %s', (_, seconds, told) => {
  const subject = oneRelease(['--timestamp', String(now() + seconds)], 10);
  const open = async (more: Partial<EthereumOptions> = {}) => {
    const { registry } = await openBehind(subject, [() => false], { finality: 'latest', ...more });
    onTestFinished(() => registry.close());
    return registry;
  };

  test('is not believed, and both possible causes are named', async () => {
    const registry = await open();
    const error = await resolveLatest(registry, subject).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'CHAIN_STALE', exit: 6 });
    expect(error.message).toMatch(told);
    expect(error.next).toContain('set the clock of this machine right');
    await expect(registry.list({}).next()).rejects.toMatchObject({ code: 'CHAIN_STALE' });
    await expect(registry.model(subject.model)).rejects.toMatchObject({ code: 'CHAIN_STALE' });
  });

  test('is heard by who asks for its last word, of which nothing is final', async () => {
    const exact = { kind: 'version', version: parseVersion('1') } as const;
    const found = await (await open()).resolve(subject.model, exact, { stale: true });
    expect(found).toMatchObject({ release: { version: '1', status: 'active' }, finalBlock: 0 });
    expect(found.changedBlock).toBeGreaterThan(0);
  });

  test('is believed where so much is configured', async () => {
    const registry = await open({ maxHeadAgeMinutes: 121 });
    expect((await resolveLatest(registry, subject)).release.version).toBe('1');
  });

  test('can be written: a transaction waits for a chain that goes on', async () => {
    const registry = await open({ privateKey: subject.options.privateKey });
    const model = await registry.canonical(parseModelName('local/other'));
    expect((await registry.publish(randomRequest(model, '1'), memoryLog())).transactions).toBe(2);
  });
});

describe('a development chain', () => {
  const subject = oneRelease(['--timestamp', String(now() - 7_200)]);

  test('may be of any age, for one party mines there when it likes', async () => {
    const { registry } = await openBehind(subject, [() => false]);
    expect((await resolveLatest(registry, subject)).release.version).toBe('1');
    await registry.close();
  });

  test('D4: but not where an age is configured', async () => {
    const { registry } = await openBehind(subject, [() => false], { maxHeadAgeMinutes: 60 });
    await expect(resolveLatest(registry, subject)).rejects.toMatchObject({ code: 'CHAIN_STALE' });
    await registry.close();
  });
});

describe('a chain whose blocks become final later', () => {
  const subject = oneRelease(['--slots-in-an-epoch', '1'], 10);
  beforeAll(() => subject.chain.rpc.call('anvil_mine', ['0x8']));

  /** Shows a final block of two hours ago. */
  const halted: Evil = async (call) => {
    if (call.params[0] !== 'finalized') return false;
    const { result } = JSON.parse(await call.forward());
    return instead(call.method, { ...result, timestamp: `0x${(now() - 7_200).toString(16)}` })(call);
  };

  test('D19: the newest final block must be young, not the newest alone', async () => {
    const { registry } = await openBehind(subject, [halted]);
    const error = await resolveLatest(registry, subject).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'CHAIN_STALE', exit: 6 });
    expect(error.message).toContain('the newest final block must be at most 30 min old');
    await registry.close();
  });

  const unanswered: Evil = (call) =>
    call.params[0] === 'finalized' && refusing(call.method, { code: -32_602, message: 'no such tag' })(call);
  test.each<[string, Evil, string]>([
    ['is old', halted, 'CHAIN_STALE'],
    ['is not told', unanswered, 'CHAIN_UNREACHABLE'],
  ])('D20: where the newest final block %s, a revocation counts all the same', async (_, evil, code) => {
    const lies = [lyingAbout('status', BigInt(STATUSES.indexOf('revoked')))];
    const { registry } = await openBehind(subject, [
      async (call) => (await evil(call)) || ((await lies[0]?.(call)) ?? false),
    ]);
    expect(await resolveLatest(registry, subject)).toMatchObject({
      release: { status: 'revoked' },
      finalBlock: 0,
    });
    lies.pop();
    await expect(resolveLatest(registry, subject)).rejects.toMatchObject({ code, exit: 6 });
    await registry.close();
  });

  test('D19: writes go on, for the chain takes them', async () => {
    const { privateKey } = subject.options;
    const { registry } = await openBehind(subject, [halted], { privateKey });
    const model = await registry.canonical(parseModelName('local/halted'));
    const request = randomRequest(model, '1', { channels: [LATEST] });
    expect((await registry.publish(request, memoryLog())).transactions).toBe(2);
    await registry.close();
  });

  test('each of three is asked four questions at first, two later, and never for logs', async () => {
    const { registry, calls } = await openBehind(
      subject,
      Array(3).fill(() => false),
    );
    await resolveLatest(registry, subject);
    const first = { eth_getBlockByNumber: 2, eth_call: 2 };
    expect(calls).toEqual([first, first, first]);
    await resolveLatest(registry, subject);
    const second = { eth_getBlockByNumber: 3, eth_call: 3 };
    expect(calls).toEqual([second, second, second]);
    await registry.close();
  });

  test('what changed after the final block that is known is judged by a new one', async () => {
    const { registry } = await openBehind(subject, [() => false], { privateKey: subject.options.privateKey });
    const before = await resolveLatest(registry, subject);
    await registry.publish(randomRequest(subject.model, '2', { channels: [LATEST] }), memoryLog());
    const fresh = await resolveLatest(registry, subject);
    expect(fresh.changedBlock).toBeGreaterThan(fresh.finalBlock);
    await subject.chain.rpc.call('anvil_mine', ['0x8']);
    const { release, changedBlock, finalBlock } = await resolveLatest(registry, subject);
    expect(release.version).toBe('2');
    expect(changedBlock).toBeGreaterThan(before.finalBlock);
    expect(finalBlock).toBeGreaterThanOrEqual(changedBlock);
    await registry.close();
  });
});

describe('what this machine has seen', () => {
  let chain: TestChain;
  let folder: string;
  let options: EthereumOptions;
  beforeAll(async () => {
    chain = await startTestChain(['--slots-in-an-epoch', '1'], 10);
    folder = await mkdtemp(join(tmpdir(), 'ballast-high-water-'));
    const { url: rpcUrl, contract: contractAddress } = chain;
    options = { rpcUrl, contractAddress, privateKey: await chain.newKey() };
  });
  afterAll(async () => {
    await chain.close();
    await rm(folder, { recursive: true });
  });

  /** Another process of this machine, or of one that has never seen the chain. */
  async function open(name: string, more: Partial<EthereumOptions> = {}) {
    const seen = await Seen.open(join(folder, name));
    const registry = await openEthereumRegistry({ ...options, highWater: seen, ...more });
    onTestFinished(async () => {
      await registry.close();
      seen.close();
    });
    return registry;
  }

  test('D21: a chain that has lost final blocks, or holds others in their place, is refused', async () => {
    const first = await open('seen');
    const model = await first.canonical(parseModelName('local/tiny'));
    await first.publish(randomRequest(model, '1', { channels: [LATEST] }), memoryLog());
    await chain.rpc.call('anvil_mine', ['0x8']);
    const at = { kind: 'channel', channel: LATEST } as const;
    await first.resolve(model, at);
    await chain.rpc.call('anvil_rollback', [6]);
    const error = await (await open('seen')).resolve(model, at).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'CHAIN_ROLLBACK', exit: 6 });
    expect(error.message).toContain('its newest block is');
    // Who has seen nothing can't tell.
    const unaware = await open('new', { finality: 'latest' });
    await expect(unaware.resolve(model, at)).resolves.toMatchObject({
      changedBlock: expect.any(Number),
    });
    await chain.rpc.call('evm_increaseTime', [10]);
    await chain.rpc.call('anvil_mine', ['0x6']);
    await expect((await open('seen')).resolve(model, at)).rejects.toMatchObject({
      ...{ code: 'CHAIN_ROLLBACK', exit: 6 },
      message: expect.stringContaining('it holds 0x'),
    });
  });

  test('D21: an endpoint that lags behind it for a moment is waited for', async () => {
    const registry = await open('lag');
    const model = await registry.canonical(parseModelName('local/tiny'));
    const at = { kind: 'channel', channel: LATEST } as const;
    const old = await chain.rpc.call('eth_getBlockByNumber', ['latest', false]);
    await chain.rpc.call('anvil_mine', ['0x8']);
    const { asOf } = await registry.resolve(model, at);
    let left = 2;
    const { url } = await startEvilRpc(chain.url, (call) => {
      if (call.params[0] !== 'latest' || left === 0) return false;
      left -= 1;
      return instead(call.method, old)(call);
    });
    expect((await (await open('lag', { rpcUrl: url })).resolve(model, at)).asOf).toEqual(asOf);
    expect(left).toBe(0);
  });
});
