import type { Interface, JsonRpcProvider } from 'ethers';
import { apply, type Entry } from './rules.ts';
import { emptyState, type State } from './state.ts';

interface Block {
  readonly number: number;
  readonly hash: string;
  readonly parentHash: string;
  readonly time: number;
  readonly entries: readonly Entry[];
}

interface Header {
  readonly number: string;
  readonly hash: string;
  readonly parentHash: string;
  readonly timestamp: string;
}

interface Log {
  readonly blockHash: string;
  readonly blockNumber: string;
  readonly topics: readonly string[];
  readonly data: string;
}

/**
 * Keeps what the chain says now: every block with the registry's events in it. A block that the chain has replaced is known by
 * its hash; it is dropped with all after it, and the range is read anew. So nothing depends on being told of `removed` logs.
 */
export class Follower {
  readonly #provider: JsonRpcProvider;
  readonly #registry: string;
  readonly #abi: Interface;
  #blocks: Block[] = [];
  /** How many blocks were dropped so far. */
  dropped = 0;

  constructor(provider: JsonRpcProvider, registry: string, abi: Interface) {
    this.#provider = provider;
    this.#registry = registry;
    this.#abi = abi;
  }

  get head(): Block {
    return this.#blocks.at(-1)!;
  }

  get entries(): readonly Entry[] {
    return this.#blocks.flatMap((block) => block.entries);
  }

  /** The state after the last block that was read. */
  state(): State {
    const state = emptyState();
    for (const entry of this.entries) apply(state, entry);
    return state;
  }

  /** Reads up to the head of the chain. @throws Error when the chain moves meanwhile; call again */
  async catchUp(): Promise<void> {
    await this.#dropReplaced();
    const first = this.#blocks.length;
    const last = Number(await this.#provider.send('eth_blockNumber', []));
    if (last < first) return;
    const numbers = Array.from({ length: last - first + 1 }, (_, i) => hexOf(first + i));
    const [headers, logs] = await Promise.all([
      Promise.all(numbers.map((number): Promise<Header> => this.#header(number))),
      this.#logs(hexOf(first), hexOf(last)),
    ]);
    const known = new Set(headers.map(({ hash }) => hash));
    if (logs.some((log) => !known.has(log.blockHash)))
      throw new Error('the chain moved: logs of other blocks');
    const blocks = headers.map((header) => this.#block(header, logs));
    for (const block of blocks) {
      const parent = this.#blocks.at(-1);
      if (parent !== undefined && parent.hash !== block.parentHash)
        throw new Error('the chain moved: no parent');
      this.#blocks.push(block);
    }
  }

  async #dropReplaced(): Promise<void> {
    for (let last = this.#blocks.at(-1); last !== undefined; last = this.#blocks.at(-1)) {
      const header = await this.#header(hexOf(last.number));
      if (header?.hash === last.hash) return;
      this.#blocks.pop();
      this.dropped++;
    }
  }

  async #header(number: string): Promise<Header> {
    return await this.#provider.send('eth_getBlockByNumber', [number, false]);
  }

  async #logs(fromBlock: string, toBlock: string): Promise<Log[]> {
    return await this.#provider.send('eth_getLogs', [{ address: this.#registry, fromBlock, toBlock }]);
  }

  #block({ number, hash, parentHash, timestamp }: Header, logs: readonly Log[]): Block {
    const [block, time] = [Number(number), Number(timestamp)];
    const entries = logs
      .filter((log) => log.blockHash === hash)
      .map(({ topics, data }) => {
        const { name, args } = this.#abi.parseLog({ topics, data })!;
        return { name, args, block, time };
      });
    return { number: block, hash, parentHash, time, entries };
  }
}

const hexOf = (number: number): string => `0x${number.toString(16)}`;
