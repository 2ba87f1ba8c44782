/** What becomes of an account's turn where its holder dies, or another machine takes no turns. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { Journal } from '../../src/engine/journal.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { type Evil, openEvilRpc } from '../../src/testing/faults/evil-rpc.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { publishTrace } from '../../src/testing/oracle/publish-trace.ts';
import { start, testFolder } from './process.ts';
import { manifestOf, type Wish } from './wish.ts';

let chain: TestChain;
beforeEach(async () => {
  chain = await startTestChain();
});
afterEach(() => chain?.close());

const wishOf = (name: string): Wish => ({ name, version: '1', channel: true });

async function machine() {
  const home = await testFolder();
  const privateKey = await chain.newKey();
  const journal = join(home, 'journal.sqlite');
  const publisher = (name: string, { rpcUrl = chain.url, locks = 'locks' } = {}) => {
    const { contract: contractAddress, chainId } = chain;
    const options = { rpcUrl, contractAddress, chainId, privateKey, locks: join(home, locks) };
    return start('publisher.ts', { options, journal, wishes: [wishOf(name)] });
  };
  /** Each of these stands once. */
  const expectOnce = async (names: readonly string[]) => {
    const registry = await openEthereumRegistry({
      ...{ rpcUrl: chain.url, contractAddress: chain.contract, privateKey },
    });
    onTestFinished(() => registry.close());
    const open = await Journal.open(journal);
    onTestFinished(() => open.close());
    expect(await publishTrace(registry, open)).toEqual({
      records: Object.fromEntries(names.map((name) => [`${name}@1`, manifestOf(wishOf(name))])),
      moves: Object.fromEntries(names.map((name) => [`${name}@latest`, 1])),
      unfinished: [],
      ...{ mined: 2 * names.length, reverted: 0, repeated: 0, waiting: 0 },
    });
  };
  return { publisher, expectOnce };
}

async function through(evil: Evil): Promise<string> {
  const rpc = await openEvilRpc(chain.url, evil);
  onTestFinished(() => rpc.close());
  return rpc.url;
}

test.each([
  ['before the node has its transaction', false],
  ['after the node has taken its transaction', true],
])(
  'D11: a process killed in its turn, %s, holds no other account up, and its own no longer',
  async (_, taken) => {
    const { publisher, expectOnce } = await machine();
    const inTurn = Promise.withResolvers<void>();
    const silent = await through(async ({ method, forward }) => {
      if (method !== 'eth_sendRawTransaction') return false;
      if (taken) await forward();
      inTurn.resolve();
      return true;
    });
    const killed = publisher('killed', { rpcUrl: silent });
    await inTurn.promise;
    const atTheDoor = Promise.withResolvers<void>();
    let sent = 0;
    const counting = await through(({ method }) => {
      if (method === 'eth_sendRawTransaction') sent += 1;
      // Asked for just before the turn is.
      if (method === 'eth_estimateGas') atTheDoor.resolve();
      return false;
    });
    const waiting = publisher('waiting', { rpcUrl: counting });
    await atTheDoor.promise;
    const other = await machine();
    expect(await other.publisher('other').ended).toBe(0);
    await other.expectOnce(['other']);
    expect(sent).toBe(0);
    killed.child.kill('SIGKILL');
    expect(await killed.ended).toBe('SIGKILL');
    expect(await waiting.ended).toBe(0);
    expect(await publisher('killed').ended).toBe(0);
    await expectOnce(['killed', 'waiting']);
  },
);

test('D11: machines that share a key and no locks sign anew what they lose, and publish each once', async () => {
  const { publisher, expectOnce } = await machine();
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const ends = names.map((name) => publisher(name, { locks: `locks-${name}` }).ended);
  expect(await Promise.all(ends)).toEqual(names.map(() => 0));
  await expectOnce(names);
});
