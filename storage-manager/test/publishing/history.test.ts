/** A history checker: publishers are killed and the chain reorganises at random; what was acknowledged is there, once. */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Journal } from '../../src/engine/journal.ts';
import { openEthereumRegistry } from '../../src/registries/ethereum/open.ts';
import { startTestChain, type TestChain } from '../../src/testing/nodes/anvil.ts';
import { publishTrace } from '../../src/testing/oracle/publish-trace.ts';
import { Seeded } from '../../src/testing/samples/seeded.ts';
import { type Started, start, testFolder } from './process.ts';
import { manifestOf, traceOf, type Wish } from './wish.ts';

const DEEP = process.env.BALLAST_DEEP !== undefined;
/** Publishers, in pairs that share a key; what each publishes; and how often something happens to them. */
const SIZE = DEEP ? { publishers: 8, wishes: 12, events: 200 } : { publishers: 4, wishes: 2, events: 8 };
const SEEDS = DEEP ? [1, 2, 3, 4, 5] : [1];
/** Every reorganisation is shallower. */
const CONFIRMATIONS = 4;

const BLOCK_MS = 250;

/** A block now and then. Anvil loses blocks where it mines by itself during a reorganisation, so that both take turns here. */
class Miner {
  readonly #chain: TestChain;
  readonly #mining: Promise<void>;
  #turn: Promise<unknown> = Promise.resolve();
  #ended = false;

  private constructor(chain: TestChain) {
    this.#chain = chain;
    this.#mining = this.#mine();
  }

  static async start(chain: TestChain): Promise<Miner> {
    await chain.rpc.call('evm_setAutomine', [false]);
    return new Miner(chain);
  }

  reorganise(depth: number): Promise<unknown> {
    return this.#inTurn('anvil_reorg', [depth, []]);
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#mining;
  }

  async #mine(): Promise<void> {
    while (!this.#ended) {
      await this.#inTurn('evm_mine', []);
      await setTimeout(BLOCK_MS);
    }
  }

  #inTurn(method: string, parameters: readonly unknown[]): Promise<unknown> {
    this.#turn = this.#turn.then(() => this.#chain.rpc.call(method, parameters));
    return this.#turn;
  }
}

class Publishers {
  readonly #chain: TestChain;
  readonly #home: string;
  readonly #keys: readonly string[];
  readonly #running: (Started | null)[];
  /** Lines of all runs: what was acknowledged. */
  readonly acknowledged = new Set<string>();
  kills = 0;

  constructor(chain: TestChain, home: string, keys: readonly string[]) {
    this.#chain = chain;
    this.#home = home;
    this.#keys = keys;
    this.#running = Array.from({ length: SIZE.publishers }, () => null);
    for (const place of this.#running.keys()) this.start(place);
  }

  wishesOf(place: number): Wish[] {
    return Array.from({ length: SIZE.wishes }, (_, i) => ({
      name: `m-${place}`,
      version: `${i}`,
    }));
  }

  placesOf(key: number): number[] {
    return [...this.#running.keys()].filter((place) => place % this.#keys.length === key);
  }

  optionsOf(key: number) {
    const { url: rpcUrl, contract: contractAddress, chainId } = this.#chain;
    const locks = join(this.#home, 'locks');
    return {
      rpcUrl,
      contractAddress,
      chainId,
      privateKey: this.#keys[key],
      confirmations: CONFIRMATIONS,
      locks,
    };
  }

  get journal(): string {
    return join(this.#home, 'journal.sqlite');
  }

  start(place: number): void {
    const options = { ...this.optionsOf(place % this.#keys.length), pendingMs: 30_000 };
    this.#running[place] = start('publisher.ts', {
      options,
      journal: this.journal,
      wishes: this.wishesOf(place),
    });
  }

  async kill(place: number): Promise<void> {
    const run = this.#running[place]!;
    if (run.child.kill('SIGKILL')) this.kills += 1;
    await this.#end(place);
    this.start(place);
  }

  /** Lets each finish; who was stopped by an error that the next run may not meet runs again. */
  async finish(): Promise<void> {
    await Promise.all(
      [...this.#running.keys()].map(async (place) => {
        for (let runs = 0; (await this.#end(place)) !== 0; runs += 1) {
          expect(runs).toBeLessThan(10);
          this.start(place);
        }
      }),
    );
  }

  async #end(place: number): Promise<number | string> {
    const { ended, said } = this.#running[place]!;
    const end = await ended;
    for (const line of said) this.acknowledged.add(line.split(' ').slice(0, 2).join(' '));
    return end;
  }
}

test.each(SEEDS)(
  'D15: history %i: what a publisher has acknowledged is there exactly once, whoever was killed and whatever the chain took back',
  async (seed) => {
    const random = new Seeded(seed);
    const chain = await startTestChain();
    onTestFinished(() => chain.close());
    const keys = await Promise.all(Array.from({ length: SIZE.publishers / 2 }, () => chain.newKey()));
    // In blocks that no reorganisation reaches.
    await chain.rpc.call('anvil_mine', ['0x8']);
    const miner = await Miner.start(chain);
    const publishers = new Publishers(chain, await testFolder(), keys);
    let reorganisations = 0;
    for (let event = 0; event < SIZE.events; event += 1) {
      // No event to wait for: at which moment of a publish it falls is what chance decides.
      await setTimeout(random.below(700));
      if (random.chance(0.5)) await publishers.kill(random.below(SIZE.publishers));
      else {
        await miner.reorganise(1 + random.below(CONFIRMATIONS - 1));
        reorganisations += 1;
      }
    }
    await publishers.finish();
    await miner.end();
    expect({ kills: publishers.kills > 0, reorganisations: reorganisations > 0 }).toEqual({
      kills: true,
      reorganisations: true,
    });

    const journal = await Journal.open(publishers.journal);
    onTestFinished(() => journal.close());
    const everything: string[] = [];
    for (const key of keys.keys()) {
      const places = publishers.placesOf(key);
      const wishes = places.flatMap((place) => publishers.wishesOf(place));
      everything.push(...wishes.map((wish) => `${wish.name}@${wish.version} ${manifestOf(wish)}`));
      const registry = await openEthereumRegistry(publishers.optionsOf(key));
      const trace = await publishTrace(registry, journal);
      await registry.close();
      expect(trace).toEqual(traceOf(wishes));
    }
    expect([...publishers.acknowledged].toSorted()).toEqual(everything.toSorted());
  },
  900_000,
);
