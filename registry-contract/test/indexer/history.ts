import { ContractFactory, Interface, type JsonRpcProvider } from 'ethers';
import { abi, bytecode } from '../../src/index.ts';
import { draw, inTurn } from './actions.ts';
import { Follower } from './follower.ts';
import { Random } from './random.ts';
import { authority } from './universe.ts';
import type { Move, World } from './world.ts';

export const CHAIN_ID = 31_337n;

/** More than any action here takes; given, so that a transaction that fails is mined too. */
const GAS = '0xb00000';

/** In seconds. */
const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
const YEAR = 365 * DAY;

/** Most transactions of a block. */
const MOST = 8;

/** Deepest reorganisation, in blocks. */
const DEEPEST = 4;

/** A registry whose life follows from a seed: many actors, several transactions a block, reorganisations. */
export class History {
  readonly abi = new Interface([...abi]);
  readonly follower: Follower;
  readonly registry: string;
  readonly random: Random;
  readonly #provider: JsonRpcProvider;
  readonly #first: number;
  #turn = 0;

  private constructor(provider: JsonRpcProvider, registry: string, random: Random, first: number) {
    this.#provider = provider;
    this.registry = registry;
    this.random = random;
    this.#first = first;
    this.follower = new Follower(provider, registry, this.abi);
  }

  static async begin(provider: JsonRpcProvider, seed: number): Promise<History> {
    await provider.send('evm_setAutomine', [true]);
    const factory = new ContractFactory([...abi], bytecode, await provider.getSigner(0));
    const deployed = await factory.deploy(authority.address);
    await deployed.waitForDeployment();
    await provider.send('evm_setAutomine', [false]);
    const first = Number(await provider.send('eth_blockNumber', []));
    const history = new History(provider, await deployed.getAddress(), new Random(seed), first);
    await history.follower.catchUp();
    return history;
  }

  /** Mines one block of some transactions; their authors know the chain as of the block before. */
  async block(): Promise<void> {
    await this.follower.catchUp();
    const world = this.#world();
    const size = this.random.below(MOST + 1);
    const moves: Move[] = [await inTurn(world, this.#turn++)];
    while (moves.length < size) moves.push(await draw(world));
    await Promise.all(moves.map((move) => this.#send(move)));
    const later = this.random.chance(97) ? MINUTE * (1 + this.random.below(2)) : DAY;
    await this.#mineAt(world.time + later);
  }

  /** Mines a block at the very time at which the next grant ends. False: none is to end any more. */
  async endOfGrant(): Promise<boolean> {
    await this.follower.catchUp();
    const { time } = this.follower.head;
    const ends = [...this.follower.state().grants.values()].map(({ expiresAt }) => Number(expiresAt));
    const next = Math.min(...ends.filter((end) => end > time && end < time + YEAR));
    if (next === Infinity) return false;
    await this.#mineAt(next);
    return true;
  }

  /** Replaces the last blocks: half of the times the chain goes back, else other transactions take their places. */
  async reorganise(): Promise<void> {
    await this.follower.catchUp();
    const depth = Math.min(1 + this.random.below(DEEPEST), this.follower.head.number - this.#first);
    if (depth <= 0) return;
    if (this.random.chance(50)) {
      await this.#provider.send('anvil_rollback', [depth]);
      return;
    }
    const moves = await Promise.all([draw(this.#world()), draw(this.#world())]);
    const pairs = moves.map((move) => [this.#transaction(move), this.random.below(depth)]);
    await this.#provider.send('anvil_reorg', [depth, pairs]);
  }

  #world(): World {
    const { random, follower, abi, registry } = this;
    const { number: block, time } = follower.head;
    return { random, state: follower.state(), abi, registry, chainId: CHAIN_ID, block, time };
  }

  async #send(move: Move): Promise<void> {
    await this.#provider.send('eth_sendTransaction', [this.#transaction(move)]);
  }

  async #mineAt(time: number): Promise<void> {
    await this.#provider.send('evm_setNextBlockTimestamp', [time]);
    await this.#provider.send('evm_mine', []);
  }

  #transaction({ from, data }: Move) {
    return { from, to: this.registry, data, gas: GAS };
  }
}
