/** Fault D17: the endpoint dies at any call of a publish, before or after it has done what it was asked; another goes on. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LATEST, parseModelName } from '../../src/ids/reference.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { memoryLog } from '../../src/testing/memory/transaction-log.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { randomDigests, randomRequest } from '../../src/testing/suites/registry.ts';
import { type Evil, startEvilRpc } from './evil-rpc.ts';

let chain: TestChain;
let privateKey: string;
let published = 0;
beforeAll(async () => {
  chain = await startTestChain();
  privateKey = await chain.newKey();
});
afterAll(() => chain.close());

/** Dead from call `at` on. @param done whether the real node still gets that call */
function dyingAt(at: number, done: boolean): { evil: Evil; died: () => boolean } {
  let calls = 0;
  const evil: Evil = async ({ forward, response }) => {
    calls += 1;
    if (calls < at) return false;
    if (calls === at && done) await forward();
    response.destroy();
    return true;
  };
  return { evil, died: () => calls >= at };
}

async function open(rpcUrl: string) {
  const { contract: contractAddress, chainId } = chain;
  return openEthereumRegistry({ rpcUrl, contractAddress, chainId, privateKey });
}

/** Publishes 2,000 chunks, two transactions, by an endpoint that dies, then by one that lives. @returns whether it died */
async function publishBy(at: number, done: boolean): Promise<boolean> {
  const { evil, died } = dyingAt(at, done);
  const dying = await open((await startEvilRpc(chain.url, evil)).url);
  const model = await dying.canonical(parseModelName(`local/m-${at}-${done}`));
  const request = randomRequest(model, '1', { digests: randomDigests(2_000), channels: [LATEST] });
  const log = memoryLog();
  const first = await dying.publish(request, log).catch((error) => error);
  await dying.close();
  if (died()) expect(first).toMatchObject({ code: 'CHAIN_UNREACHABLE', exit: 6 });
  const living = await open(chain.url);
  const { transactions } = await living.publish(request, log);
  expect({ transactions, entries: log.entries.length }).toEqual({ transactions: 2, entries: 2 });
  expect(await living.model(model)).toMatchObject({ versionCount: 1, channels: [{ seq: 1 }] });
  // Two for each publish, whatever happened: none was paid for twice.
  published += 1;
  const nonce = await chain.rpc.call('eth_getTransactionCount', [living.address, 'latest']);
  expect(Number(nonce)).toBe(2 * published);
  await living.close();
  return died();
}

test.each([
  ['before', false],
  ['after', true],
])(
  'D17: at each call, %s the node has done it: one record, each transaction once',
  async (_, done) => {
    let at = 1;
    while (await publishBy(at, done)) at += 1;
    expect(at).toBeGreaterThan(20);
  },
  120_000,
);
