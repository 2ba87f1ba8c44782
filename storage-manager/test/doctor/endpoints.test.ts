/** Several endpoints of one chain: each is named that is dead, of another chain, behind, or says something else. */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type Evil, instead, openEvilRpc } from '../../src/testing/faults/evil-rpc.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { failures, find, newPatient } from './examine.ts';

const HEAD = 'eth_getBlockByNumber';
let chain: TestChain;
/** A block of long before the newest. */
let old: unknown;
beforeAll(async () => {
  chain = await startTestChain();
  old = await chain.rpc.call(HEAD, ['latest', false]);
  await chain.rpc.call('evm_increaseTime', [600]);
  await chain.rpc.call('anvil_mine', ['0x5']);
});
afterAll(() => chain.close());

const honest: Evil = () => false;
const dead: Evil = ({ response }) => Boolean(response.destroy());

async function examine(...evils: Evil[]) {
  const proxies = await Promise.all(evils.map((evil) => openEvilRpc(chain.url, evil)));
  onTestFinished(async () => void (await Promise.all(proxies.map((each) => each.close()))));
  const urls = proxies.map(({ url }) => url);
  const { diagnose } = await newPatient();
  const env = {
    ETH_NODE_URL: urls.map((url) => `${url}/v3/canary`).join(','),
    CONTRACT_ADDRESS: chain.contract,
  };
  const found = await diagnose(env);
  expect(JSON.stringify(found)).not.toContain('canary');
  return { found, urls };
}

it('all are sound', async () => {
  const { found, urls } = await examine(honest, honest, honest);
  expect(failures(found)).toEqual([]);
  expect(find(found, 'chain').detail).toMatch(/^2 of 3 endpoints agree on chain 31337, in \d+ ms$/);
  for (const [place, url] of urls.entries())
    expect(find(found, `rpc ${place + 1}`)).toMatchObject({
      status: 'ok',
      detail: expect.stringMatching(new RegExp(`^${url} is at block \\d+$`)),
    });
});

it('one is dead', async () => {
  const { found, urls } = await examine(honest, dead, honest);
  expect(failures(found)).toEqual(['rpc 2: CHAIN_UNREACHABLE']);
  expect(find(found, 'rpc 2').detail).toContain(urls[1]);
  expect(found.exit).toBe(6);
});

it('one is of another chain', async () => {
  const { found, urls } = await examine(instead('eth_chainId', '0x1'), honest, honest);
  expect(failures(found)).toEqual(['rpc 1: CHAIN_MISMATCH']);
  expect(find(found, 'rpc 1').detail).toBe(`${urls[0]} speaks for chain 1, and should for chain 31337`);
});

it('one is behind', async () => {
  const stale: Evil = (call) => call.params[0] === 'latest' && instead(HEAD, old)(call);
  const { found, urls } = await examine(honest, honest, stale);
  expect(failures(found)).toEqual([]);
  expect(find(found, 'rpc 3')).toMatchObject({
    status: 'warn',
    detail: expect.stringMatching(new RegExp(`^${urls[2]} is at block \\d+, 5 behind the others$`)),
  });
});

it('one shows another block', async () => {
  const other: Evil = async (call) => {
    if (call.method !== HEAD || call.params[0] === 'latest') return false;
    const { result } = JSON.parse(await call.forward());
    return instead(HEAD, { ...result, hash: `0x${'ab'.repeat(32)}` })(call);
  };
  const { found } = await examine(honest, other, honest);
  expect(failures(found)).toEqual(['rpc 2: QUORUM_FAILED']);
  expect(find(found, 'rpc 2').detail).toContain(`shows 0x${'ab'.repeat(32)} as block`);
});

it('one answers every call with zeros', async () => {
  const { found } = await examine(honest, honest, instead('eth_call', `0x${'00'.repeat(128)}`));
  expect(failures(found)).toEqual(['rpc 3: CHAIN_MISMATCH']);
});

it('two are dead: the chain can’t be asked, and each of them is named', async () => {
  const { found } = await examine(dead, honest, dead);
  expect(failures(found)).toEqual([
    ...['chain: CHAIN_UNREACHABLE', 'rpc 1: CHAIN_UNREACHABLE', 'rpc 3: CHAIN_UNREACHABLE'],
  ]);
  expect(find(found, 'rpc 2').status).toBe('ok');
});
