import { TrustError } from '../../errors.ts';
import { withLock } from '../../fs/locks.ts';
import type { CallOptions } from '../../interfaces.ts';
import type { JsonRpc } from '../../transport/json-rpc.ts';
import { withMutex } from '../ethereum/mutex.ts';
import { isNonceConflict } from '../ethereum/send.ts';
import { type Anvil, startAnvil } from './anvil.ts';
import {
  appendEntry,
  corrupt,
  type Entry,
  entryAt,
  type Placed,
  readEntries,
  readGenesis,
  transactionIn,
} from './journal.ts';

/** `BALLAST` in the digits 0xBA11A57: a chain id that no public chain uses, so that no signature is good elsewhere. */
export const EMBEDDED_CHAIN_ID = 0xba11a57;

export interface EmbeddedChainOptions {
  readonly journal: string;
  readonly lock: string;
  /** Hash of the first entry's block, which names the chain. */
  readonly first: string;
  /** How long anvil is kept after a call, in milliseconds. */
  readonly lingerMs: number;
}

interface Running {
  readonly anvil: Anvil;
  /** The newest entry that it has executed. */
  last: Placed;
}

/**
 * The private chain of this machine. The journal is the chain; anvil only executes it, is started for calls, catches up
 * with what other processes have written, and is stopped when idle. A transaction is acknowledged after
 * anvil has executed it and the journal holds it durably: killed before, it never happened, and the same signed bytes
 * may be sent again.
 */
export class EmbeddedChain implements JsonRpc {
  readonly #options: EmbeddedChainOptions;
  #running: Running | null = null;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: EmbeddedChainOptions) {
    this.#options = options;
  }

  async call(method: string, params: readonly unknown[], options: CallOptions = {}): Promise<unknown> {
    clearTimeout(this.#idle);
    this.#users += 1;
    try {
      if (method === 'eth_sendRawTransaction') return await this.#send(String(params[0]), options);
      if (method === 'eth_estimateGas') return await this.#estimate(params, options);
      const { anvil } = await withMutex(this.#options.journal, () => this.#current(options), options);
      return await anvil.rpc.call(method, params, options);
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#idle = setTimeout(() => this.close(), this.#options.lingerMs).unref();
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const running = this.#running;
    this.#running = null;
    await running?.anvil.stop();
  }

  /** The lock keeps other processes from writing; the mutex keeps this one's reads from replaying what is just written. */
  #send(raw: string, options: CallOptions): Promise<unknown> {
    const { journal, lock } = this.#options;
    const work = () => withMutex(journal, () => this.#append(raw, options), options);
    return withLock(lock, work, options);
  }

  /** As of the time that the next block would have, for no block comes by itself. No block is made meanwhile. */
  #estimate(params: readonly unknown[], options: CallOptions): Promise<unknown> {
    const work = async () => {
      const { anvil, last } = await this.#current(options);
      await anvil.rpc.call('evm_setNextBlockTimestamp', [timeAfter(last.entry)], options);
      return anvil.rpc.call('eth_estimateGas', params, options);
    };
    return withMutex(this.#options.journal, work, options);
  }

  /** Once it is being executed, no signal stops it. */
  async #append(raw: string, options: CallOptions): Promise<string> {
    const running = await this.#current(options);
    const { entry, end } = running.last;
    try {
      const time = timeAfter(entry);
      const { block, hash } = await execute(running.anvil, raw, time);
      running.last = await appendEntry(this.#options.journal, end, { time, raw, block });
      return hash;
    } catch (error) {
      // Anvil may hold what the journal does not: the next call begins from the journal.
      if (!isNonceConflict(error)) await this.close();
      throw error;
    }
  }

  /** Anvil with all that the journal holds; from the beginning where the journal is no longer the one it has executed. */
  async #current(options: CallOptions): Promise<Running> {
    const { journal } = this.#options;
    if (this.#running !== null && !(await holds(journal, this.#running.last))) await this.close();
    const running = this.#running ?? (await this.#start(options));
    for await (const placed of readEntries(journal, running.last.end)) {
      options.signal?.throwIfAborted();
      await this.#replay(running.anvil, placed.entry);
      running.last = placed;
    }
    return running;
  }

  async #start(options: CallOptions): Promise<Running> {
    const { journal, first } = this.#options;
    const begin = await readGenesis(journal);
    const last = begin && (await entryAt(journal, begin.end));
    if (begin === null || last?.entry.block !== first) throw replaced(journal, first, last?.entry.block);
    const anvil = await startAnvil(anvilFlags(begin.genesis.time), options);
    const running = { anvil, last };
    this.#running = running;
    void anvil.ended.then(() => {
      if (this.#running === running) this.#running = null;
    });
    await this.#replay(anvil, last.entry);
    return running;
  }

  async #replay(anvil: Anvil, entry: Entry): Promise<void> {
    const { raw, time, block } = entry;
    const replayed = await execute(anvil, raw, time).catch(async (error) => {
      await this.close();
      transactionIn(this.#options.journal, entry);
      throw error;
    });
    if (replayed.block === block) return;
    await this.close();
    throw corrupt(this.#options.journal, `block ${block} comes out as ${replayed.block}`);
  }
}

/** The time of a block that follows this entry's, seconds since 1970: the clock's, but never earlier. */
function timeAfter(entry: Entry): number {
  return Math.max(Math.floor(Date.now() / 1000), entry.time);
}

/**
 * Whether the journal still has this entry in its place: the hash of a block binds all before it. What can't be read
 * there is not it; the start from the beginning says why.
 */
async function holds(journal: string, { entry, start }: Placed): Promise<boolean> {
  const found = await entryAt(journal, start).catch(() => null);
  return found?.entry.block === entry.block;
}

function replaced(journal: string, first: string, found = 'nothing'): TrustError {
  return new TrustError('CHAIN_MISMATCH', {
    should: `the chain in ${journal} must begin with block ${first}`,
    was: `it was reset or replaced since it was opened: ${found} is there`,
    next: 'run the command again, or restart the program, to use the chain that is there now',
  });
}

/** Fork rules are fixed and fees are none, so that a journal gives the same blocks for ever. */
export function anvilFlags(genesisTime: number): string[] {
  const flags = ['--chain-id', String(EMBEDDED_CHAIN_ID), '--hardfork', 'osaka', '--accounts', '0'];
  flags.push('--base-fee', '0', '--gas-price', '0', '--slots-in-an-epoch', '0', '--no-cors');
  // Without pruning anvil writes old states to the home folder and leaves them there when killed.
  flags.push('--prune-history', '256', '--timestamp', String(genesisTime));
  return flags;
}

/** Executes one transaction in a block of its own; reverted ones count too, as on any chain. */
export async function execute(
  anvil: Anvil,
  raw: string,
  time: number,
): Promise<{ block: string; hash: string }> {
  await anvil.rpc.call('evm_setNextBlockTimestamp', [time]);
  // EIP-7966: answers with the receipt, where eth_sendRawTransaction may answer before there is one.
  const receipt = Object(await anvil.rpc.call('eth_sendRawTransactionSync', [raw]));
  if (typeof receipt.blockHash === 'string' && typeof receipt.transactionHash === 'string') {
    return { block: receipt.blockHash, hash: receipt.transactionHash };
  }
  throw new TrustError('CHAIN_UNREACHABLE', {
    should: 'anvil must execute a transaction at once',
    was: 'it gave no receipt',
    next: 'run the same command again',
  });
}
