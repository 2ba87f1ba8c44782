/** Which block several endpoints are asked at: one that enough of them have reached and know by the same hash. */
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type Evil, instead } from './evil-rpc.ts';
import { dead, honest, oneRelease, openBehind, outpaced, resolveLatest } from './three-endpoints.ts';

const subject = oneRelease();
const HEAD = 'eth_getBlockByNumber';

async function open(evils: readonly Evil[]) {
  const opened = await openBehind(subject, evils);
  onTestFinished(() => opened.registry.close());
  return opened;
}

const blockAt = async (tag: string) => Object(await subject.chain.rpc.call(HEAD, [tag, false]));
const newest = async () => Number((await blockAt('latest')).number);

/** Says of the newest block something else. */
const heading = (change: (block: object) => unknown): Evil => {
  return async ({ id, method, params, forward, response }) => {
    if (method !== HEAD || params[0] !== 'latest') return false;
    const { result } = JSON.parse(await forward());
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: change(result) }));
    return true;
  };
};

/** Honest, and a tenth of a second away. */
const far: Evil = async () => setTimeout(100, false);

/** The chain goes on for a while. */
async function later(seconds: number): Promise<void> {
  await subject.chain.rpc.call('evm_increaseTime', [seconds]);
  await subject.chain.rpc.call('evm_mine', []);
}

test('D4: one that shows an old head, before all others, can’t hold them back, and is named', async () => {
  const old = await blockAt('latest');
  await later(100);
  const [stale, slow] = outpaced(
    heading(() => old),
    HEAD,
  );
  const near: Evil = (call) => (call.params[0] === 'latest' ? slow(call) : false);
  const { registry, urls } = await open([near, stale, far]);
  const { asOf, dissent } = await resolveLatest(registry, subject);
  expect(asOf.block).toBe(await newest());
  expect(dissent).toEqual([
    `${urls[1]} is at block ${Number(old.number)} where the others are at ${asOf.block}`,
  ]);
});

test('one that makes up a higher head gets nobody there, and is named', async () => {
  const madeUp = { number: '0x3b9aca00', hash: `0x${'ab'.repeat(32)}`, timestamp: '0xffffffff' };
  const [ahead, slow] = outpaced(
    heading(() => madeUp),
    HEAD,
  );
  const { registry, urls } = await open([slow, ahead, slow]);
  const { asOf, dissent } = await resolveLatest(registry, subject);
  expect(asOf.block).toBe(await newest());
  expect(dissent).toEqual([`${urls[1]} is at block 1000000000 where the others are at ${asOf.block}`]);
});

test('D18: one shows another block under the number: its hash is not read at', async () => {
  const other = heading((block) => ({ ...block, hash: `0x${'ab'.repeat(32)}` }));
  const [equivocal, slow] = outpaced(other, HEAD);
  const { registry, urls } = await open([slow, equivocal, slow]);
  const { asOf, dissent } = await resolveLatest(registry, subject);
  expect(asOf.block).toBe(await newest());
  expect(dissent).toEqual([`${urls[1]} answered ${HEAD} differently`]);
});

test('D18: one shows the newest block and answers from the state of an older one', async () => {
  const first = await blockAt('0x1');
  const mixed: Evil = async ({ id, method, params, response }) => {
    if (method !== 'eth_call' || Object(params[0]).to === undefined) return false;
    const result = await subject.chain.rpc
      .call(method, [params[0], { blockHash: first.hash }])
      .catch(() => '0x');
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    return true;
  };
  const [liar, slow] = outpaced(mixed);
  const { registry, urls } = await open([slow, slow, liar]);
  const { release, dissent } = await resolveLatest(registry, subject);
  expect(release.version).toBe('1');
  expect(dissent).toEqual([`${urls[2]} answered eth_call differently`]);
});

test('D18: whatever is read for one answer is read at one block, by its hash', async () => {
  const blocks: unknown[] = [];
  const { registry } = await open([
    ({ method, params }) => {
      if (method === 'eth_call') blocks.push(params[1]);
      return false;
    },
    honest,
  ]);
  for await (const _ of registry.list({})) await resolveLatest(registry, subject);
  const { hash } = await blockAt('latest');
  expect(blocks.length).toBeGreaterThan(3);
  expect(new Set(blocks.map((block) => JSON.stringify(block)))).toEqual(
    new Set([JSON.stringify({ blockHash: hash })]),
  );
});

test('one that is quick and on a branch of its own can’t keep the others from agreeing', async () => {
  const next = heading((block) => ({
    ...block,
    number: `0x${(Number(Object(block).number) + 1).toString(16)}`,
    hash: `0x${'ef'.repeat(32)}`,
  }));
  const elsewhere: Evil = async (call) => {
    if (call.params[0] === 'latest') return next(call);
    return call.method === HEAD && instead(HEAD, { ...(await blockAt('0x1')), number: call.params[0] })(call);
  };
  const [liar, slow] = outpaced(elsewhere, HEAD);
  const { registry } = await open([liar, honest, slow]);
  expect((await resolveLatest(registry, subject)).asOf.block).toBe(await newest());
});

test('heads differ by nature: where too few are shown nobody has contradicted anybody', async () => {
  await later(1);
  const before = await blockAt(`0x${((await newest()) - 1).toString(16)}`);
  const opened = await openBehind(subject, [honest, heading(() => before), dead], { quorum: 3 });
  onTestFinished(() => opened.registry.close());
  await expect(resolveLatest(opened.registry, subject)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
});

test('of two that are a block apart the older head is taken', async () => {
  await later(1);
  const before = await blockAt(`0x${((await newest()) - 1).toString(16)}`);
  const { registry } = await open([honest, heading(() => before)]);
  expect((await resolveLatest(registry, subject)).asOf.block).toBe(Number(before.number));
});

test('branches of a moment are waited out; those that stay stop everything', async () => {
  let rounds = 0;
  const hash = `0x${'cd'.repeat(32)}`;
  const branched = heading((block) => (++rounds > 1 ? block : { ...block, hash }));
  expect((await resolveLatest((await open([honest, branched])).registry, subject)).dissent).toEqual([]);
  expect(rounds).toBe(2);
  const { registry, urls } = await open([honest, heading((block) => ({ ...block, hash }))]);
  const error = await resolveLatest(registry, subject).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'QUORUM_FAILED', exit: 6 });
  expect(error.message).toContain(`${urls[1]} answered ${HEAD} with ${hash}`);
});

test.each([
  ['a number', '0x1'],
  ['nothing', null],
  ['no hash', { number: '0x1', timestamp: '0x1' }],
])('one whose head is %s has not answered', async (_, head) => {
  const [evil, slow] = outpaced(instead(HEAD, head), HEAD);
  const { registry, urls } = await open([slow, evil, slow]);
  const { dissent } = await resolveLatest(registry, subject);
  expect(dissent).toEqual([expect.stringContaining(`${urls[1]} did not answer ${HEAD}`)]);
});
