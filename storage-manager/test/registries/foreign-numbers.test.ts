/**
 * A chain like Arbitrum, whose contracts see the block numbers of another: nothing is read there, proven or deployed. On the
 * test chain it is the headers that are shifted.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkRegistry } from '../../src/deploy/check.ts';
import { deployRegistry } from '../../src/deploy/deploy.ts';
import { parseModelName } from '../../src/ids/reference.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { startEvilRpc } from './evil-rpc.ts';

let chain: TestChain;
beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.close());

/** A proxy before the chain that adds to the number of each header. */
async function ahead(by: number): Promise<string> {
  const { url } = await startEvilRpc(chain.url, async ({ method, forward, response }) => {
    if (method !== 'eth_getBlockByNumber') return false;
    const { result, ...answer } = JSON.parse(await forward());
    const number = `0x${(Number(result.number) + by).toString(16)}`;
    response.end(JSON.stringify({ ...answer, result: { ...result, number } }));
    return true;
  });
  return url;
}

const JOBS: Readonly<Record<string, (rpcUrl: string) => Promise<unknown>>> = {
  async 'a fetch'(rpcUrl) {
    const registry = await openEthereumRegistry({ rpcUrl, contractAddress: chain.contract });
    return registry.model(parseModelName('acme/m')).finally(() => registry.close());
  },
  check: (rpcUrl) => checkRegistry({ blockchain: { rpcUrl } }, { address: chain.contract }),
  'a dry run of deploy': (rpcUrl) => deployRegistry({ blockchain: { rpcUrl } }, { dryRun: true }),
};

it.each(Object.entries(JOBS))('%s refuses it', async (_, job) => {
  await expect(job(await ahead(300_000_000))).rejects.toMatchObject({
    ...{ code: 'CHAIN_MISMATCH', exit: 6 },
    message: expect.stringMatching(/in block 30000000\d they see \d,/),
  });
});

it('a node that executes calls as part of the next block is none', async () => {
  expect(await JOBS['a fetch']?.(await ahead(-1))).toBeNull();
});
