/** Many processes, few keys: one allocator of nonces for each account. */
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Journal } from '../../src/engine/journal.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { startTestChain } from '../../src/testing/nodes/anvil.ts';
import { publishTrace } from '../../src/testing/oracle/publish-trace.ts';
import { start, testFolder } from './process.ts';
import { traceOf, type Wish } from './wish.ts';

const DEEP = process.env.BALLAST_DEEP !== undefined;
/** The promise (L10): 200 publishes at once by 20 keys. */
const CROWD = DEEP ? { keys: 20, processes: 40, each: 5 } : { keys: 4, processes: 8, each: 4 };

test(`D11: ${CROWD.processes * CROWD.each} publishes at once by ${CROWD.keys} keys and ${CROWD.processes} processes: each once, and no nonce is skipped`, async () => {
  const chain = await startTestChain();
  onTestFinished(() => chain.close());
  const home = await testFolder();
  const keys = await Promise.all(Array.from({ length: CROWD.keys }, () => chain.newKey()));
  const optionsOf = (key: number) => ({
    ...{ rpcUrl: chain.url, contractAddress: chain.contract, chainId: chain.chainId },
    ...{ privateKey: keys[key], locks: join(home, 'locks') },
  });
  const wishesOf = (process: number): Wish[] =>
    Array.from({ length: CROWD.each }, (_, i) => ({ name: `m-${process}`, version: `${i}` }));
  const publishers = Array.from({ length: CROWD.processes }, (_, i) => {
    const journal = join(home, 'journal.sqlite');
    return start('publisher.ts', { options: optionsOf(i % CROWD.keys), journal, wishes: wishesOf(i) });
  });
  const ends = await Promise.all(publishers.map(({ ended }) => ended));
  expect(ends).toEqual(Array(CROWD.processes).fill(0));
  // The digests of a release, then the release: two transactions each, and none was signed in vain.
  const signed = publishers.flatMap(({ said }) => said.map((line) => Number(line.split(' ').at(-1))));
  expect(signed).toEqual(Array(CROWD.processes * CROWD.each).fill(2));

  const journal = await Journal.open(join(home, 'journal.sqlite'));
  onTestFinished(() => journal.close());
  for (let key = 0; key < CROWD.keys; key += 1) {
    const wishes = publishers.flatMap((_, i) => (i % CROWD.keys === key ? wishesOf(i) : []));
    const registry = await openEthereumRegistry(optionsOf(key));
    const trace = await publishTrace(registry, journal);
    await registry.close();
    expect(trace).toEqual(traceOf(wishes));
  }
}, 600_000);
