import { JsonRpcProvider } from 'ethers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { abi } from '../../src/index.ts';
import { type Chain, startChain } from '../chain.ts';
import { differences } from './compare.ts';
import { provenDigests } from './digests.ts';
import { History } from './history.ts';
import { GETTERS_ELSEWHERE, questions } from './questions.ts';
import { rules } from './rules.ts';

/**
 * One history, always the same; with BALLAST_DEEP=1 eight longer ones that nobody has seen before. Their seeds stand in the
 * names of the tests: `BALLAST_SEED=7 BALLAST_BLOCKS=400 npx vitest run registry-contract/test/indexer` runs one again.
 */
const deep = process.env.BALLAST_DEEP === '1';
const { BALLAST_SEED: seed, BALLAST_BLOCKS: blocks = deep ? 400 : 100 } = process.env;
const fresh = Array.from({ length: 8 }, (_, i) => (Date.now() + i) % 2 ** 32);
const seeds = seed === undefined ? (deep ? fresh : [1]) : [Number(seed)];

let chain: Chain;
const happened = new Set<string>();

let provider: JsonRpcProvider;

beforeAll(async () => {
  chain = await startChain();
  // Thousands of calls, one after the other: none waits for others to go with it.
  const options = { staticNetwork: true, cacheTimeout: -1, batchStallTime: 0 };
  provider = new JsonRpcProvider(chain.provider._getConnection().url, 31_337, options);
});
afterAll(async () => {
  provider.destroy();
  await chain.stop();
});

test.each(seeds)(
  'after the history of seed %i, reorganised, the index of events answers as the contract',
  async (seed) => {
    const history = await History.begin(provider, seed);
    const expectEqualAnswers = async (when: string) => {
      await history.follower.catchUp();
      expect(await differences(history, provider), when).toEqual([]);
    };
    for (let block = 1; block <= Number(blocks); block++) {
      await history.block();
      if (block % 10 === 5) await history.reorganise();
      if (block % 5 === 0) await expectEqualAnswers(`block ${block}`);
    }
    expect(await history.endOfGrant()).toBe(true);
    await expectEqualAnswers('the second in which a grant ends');
    const proven = await provenDigests(history, provider);
    expect(proven.length).toBeGreaterThan(0);
    expect(proven).not.toContain(false);
    for (const { name } of history.follower.entries) happened.add(name);
    expect(history.follower.dropped).toBeGreaterThan(0);
  },
  1_200_000,
);

test('each event of the contract has happened, and has a rule', () => {
  const declared = abi.filter(({ type }) => type === 'event').map((entry) => 'name' in entry && entry.name);
  // ERC-5267 declares one for contracts whose domain can change.
  const emitted = declared.filter((name) => name !== 'EIP712DomainChanged');
  expect(Object.keys(rules).sort()).toEqual([...emitted].sort());
  expect([...happened].sort()).toEqual([...emitted].sort());
});

test('each getter of the contract is asked, but those that tell of no state', () => {
  const getters = abi.flatMap((entry) =>
    entry.type === 'function' && entry.stateMutability !== 'nonpayable' ? [entry.name] : [],
  );
  const asked = questions().map(([getter]) => getter.split('(')[0]!);
  expect(new Set([...asked, ...GETTERS_ELSEWHERE])).toEqual(new Set(getters));
});
