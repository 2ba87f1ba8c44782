/** Several endpoints of one chain, some of which lie, lag or are dead: what enough of them say counts, and nothing else. */
import { expect, onTestFinished, test } from 'vitest';
import { parseModelName } from '../../src/ids/reference.ts';
import type { Evil } from './evil-rpc.ts';
import { instead } from './evil-rpc.ts';
import {
  dead,
  honest,
  lyingAbout,
  mute,
  oneRelease,
  openBehind,
  outpaced,
  refusing,
  resolveLatest,
  WORDS,
} from './three-endpoints.ts';

const subject = oneRelease();

async function open(evils: readonly Evil[], quorum?: number) {
  const opened = await openBehind(subject, evils, { quorum });
  onTestFinished(() => opened.registry.close());
  return opened;
}

/** What one endpoint that does not lie says. */
async function truth() {
  const { release, changedBlock } = await resolveLatest((await open([honest])).registry, subject);
  return { release, changedBlock };
}

const LIES = Object.keys(WORDS) as (keyof typeof WORDS)[];
const sum = (calls: Readonly<Record<string, number>>) => Object.values(calls).reduce((a, b) => a + b, 0);

test.each(LIES)(
  'D6: one of three lies about the %s, first of all: it is named, and asked no more',
  async (what) => {
    const [liar, slow] = outpaced(lyingAbout(what, 3n));
    const { registry, urls, calls } = await open([slow, liar, slow]);
    const found = await resolveLatest(registry, subject);
    expect(found).toMatchObject({ ...(await truth()), quorum: { agreed: 2, asked: 3 } });
    expect(found.dissent).toEqual([`${urls[1]} answered eth_call differently`]);
    const asked = sum(calls[1]!);
    expect((await resolveLatest(registry, subject)).release).toEqual(found.release);
    expect(sum(calls[1]!)).toBe(asked);
  },
);

test.each(LIES)(
  'D6: two of three lie about the %s, each in its own way: nothing is believed',
  async (what) => {
    const { registry, urls } = await open([lyingAbout(what, 3n), honest, lyingAbout(what, 2n)]);
    const error = await resolveLatest(registry, subject).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'QUORUM_FAILED', exit: 6 });
    for (const url of urls) expect(error.message).toContain(`${url} answered eth_call with 12`);
  },
);

test('D6: two of three that lie alike are stopped by the third where all must agree', async () => {
  const lie = lyingAbout('manifest', 7n);
  const { registry } = await open([lie, honest, lie], 3);
  await expect(resolveLatest(registry, subject)).rejects.toMatchObject({ code: 'QUORUM_FAILED', exit: 6 });
});

test('D6: the contract refuses: what enough say counts, whether it is a refusal or an answer', async () => {
  const unknown = parseModelName(`0x${'77'.repeat(20)}/none`);
  const { options } = subject;
  const { registry } = await open([honest, instead('eth_call', `0x${'11'.repeat(32 * 19)}`), honest]);
  const selector = { kind: 'version', version: '1' as never } as const;
  await expect(registry.resolve(unknown, selector)).rejects.toMatchObject({ code: 'MODEL_MISSING', exit: 3 });
  const [refuser, slow] = outpaced(({ method, params, id, response }) => {
    if (method !== 'eth_call' || Object(params[0]).to !== options.contractAddress) return false;
    const error = { code: 3, message: 'execution reverted', data: `0x${'12345678'}` };
    response.end(JSON.stringify({ jsonrpc: '2.0', id, error }));
    return true;
  });
  const denied = await open([slow, refuser, slow]);
  const found = await resolveLatest(denied.registry, subject);
  expect(found).toMatchObject(await truth());
  expect(found.dissent).toEqual([`${denied.urls[1]} answered eth_call differently`]);
});

test('D5: one of three is of another chain, or has another contract there: it is ignored and named', async () => {
  const wrong: Evil = async ({ id, method, params, response, forward }) => {
    if (method === 'eth_chainId')
      return instead('eth_chainId', '0x1')({ id, method, params, response, forward });
    if (method !== 'eth_getBlockByNumber') return false;
    const answer = JSON.parse(await forward());
    answer.result.hash = `0x${'ab'.repeat(32)}`;
    response.end(JSON.stringify(answer));
    return true;
  };
  const [first, slow] = outpaced(wrong, 'eth_chainId');
  const opened = await openBehind(subject, [slow, first, slow], { chainId: undefined });
  onTestFinished(() => opened.registry.close());
  const found = await resolveLatest(opened.registry, subject);
  expect(found).toMatchObject(await truth());
  expect(found.dissent).toEqual([`${opened.urls[1]} answered eth_chainId differently`]);
});

test('D9: one of three is at its limit, first of all: where one answer is enough, the others give it', async () => {
  const limited = refusing('eth_call', { code: -32_005, message: 'limit exceeded' });
  const [first, slow] = outpaced(limited);
  const { registry, urls } = await open([slow, first, slow], 1);
  const found = await resolveLatest(registry, subject);
  expect(found).toMatchObject({ ...(await truth()), quorum: { agreed: 1, asked: 3 } });
  expect(found.dissent).toEqual([`${urls[1]} refused eth_call: limit exceeded`]);
  const all = await open([limited, limited, limited], 1);
  const error = await resolveLatest(all.registry, subject).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE', exit: 6 });
  for (const url of all.urls) expect(error.message).toContain(`${url}: limit exceeded`);
});

test('two of three are at their limits: nobody waits for one that never answers', async () => {
  const limited = refusing('eth_call', { code: -32_005, message: 'limit exceeded' });
  const silent: Evil = ({ method }) => method === 'eth_call';
  const { registry } = await open([limited, silent, limited]);
  const began = performance.now();
  await expect(resolveLatest(registry, subject)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
  expect(performance.now() - began).toBeLessThan(5_000);
});

test('of three one is dead: it is named; one never answers: nobody waits for it', async () => {
  const { registry, urls } = await open([dead, honest, honest]);
  const found = await resolveLatest(registry, subject);
  expect(found).toMatchObject(await truth());
  for (const line of found.dissent) expect(line).toContain(`${urls[0]} did not answer`);
  const began = performance.now();
  expect(await resolveLatest((await open([mute, honest, honest])).registry, subject)).toMatchObject(
    await truth(),
  );
  expect(performance.now() - began).toBeLessThan(5_000);
});

test('of three two are dead: it is said of each', async () => {
  const { registry, urls } = await open([dead, honest, dead]);
  const error = await resolveLatest(registry, subject).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE', exit: 6 });
  for (const place of [0, 2]) expect(error.message).toContain(`${urls[place]} did not answer`);
});

test('two of two must agree', async () => {
  const found = await resolveLatest((await open([honest, honest])).registry, subject);
  expect(found).toMatchObject({ ...(await truth()), quorum: { agreed: 2, asked: 2 }, dissent: [] });
  const { registry } = await open([honest, dead]);
  await expect(resolveLatest(registry, subject)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
});

test('a node that has not heard of the block yet is asked again, and is no liar', async () => {
  let left = 3;
  const lagging: Evil = (call) => {
    if (call.method !== 'eth_call' || left === 0) return false;
    left -= 1;
    return refusing('eth_call', { code: -32_000, message: 'header not found' })(call);
  };
  const { registry } = await open([honest, lagging]);
  expect(await resolveLatest(registry, subject)).toMatchObject({ ...(await truth()), dissent: [] });
  expect(left).toBe(0);
});

test('a node that never hears of it is behind, and not asked without end', async () => {
  const { registry, urls } = await open([
    honest,
    refusing('eth_call', { code: -32_001, message: 'Resource not found' }),
  ]);
  const error = await resolveLatest(registry, subject).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE' });
  expect(error.message).toContain(`${urls[1]} did not answer eth_call: it does not know the block`);
});

test('where the caller gives up, all are given up at once, with his reason', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const { registry } = await open([honest, mute, mute]);
  const asked = resolveLatest(registry, subject, controller.signal);
  controller.abort(reason);
  await expect(asked).rejects.toBe(reason);
});
