import { TrustError } from '../../errors.ts';
import { withLock } from '../../fs/locks.ts';
import type { CallOptions } from '../../interfaces.ts';
import type { JsonRpc } from '../../transport/json-rpc.ts';
import { isNonceConflict } from '../ethereum/send.ts';
import { inTurn } from '../ethereum/turns.ts';
import { type Anvil, startAnvil } from './anvil.ts';
import { appendEntry, corrupt, type Entry, readEntries } from './journal.ts';

/** `BALLAST` in the digits 0xBA11A57: a chain id that no public chain uses, so that no signature is good elsewhere. */
export const EMBEDDED_CHAIN_ID = 0xba11a57;

export interface EmbeddedChainOptions {
  readonly journal: string;
  readonly lock: string;
  /** Time of the first block and where in the journal the entries begin. */
  readonly genesisTime: number;
  readonly start: number;
  /** How long anvil is kept after a call, in milliseconds. */
  readonly lingerMs: number;
}

/**
 * The private chain of this machine. The journal is the chain; anvil only executes it, is started for calls, catches up
 * with what other processes have written, and is stopped when idle. A transaction is acknowledged after
 * anvil has executed it and the journal holds it durably: killed before, it never happened, and the same signed bytes
 * may be sent again.
 */
export class EmbeddedChain implements JsonRpc {
  readonly #options: EmbeddedChainOptions;
  #anvil: Anvil | null = null;
  /** Where the journal ends for this anvil, and the time of its last block. */
  #end = 0;
  #time = 0;
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
      const anvil = await this.#current();
      return await anvil.rpc.call(method, params, options);
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#idle = setTimeout(() => this.close(), this.#options.lingerMs).unref();
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const anvil = this.#anvil;
    this.#anvil = null;
    await anvil?.stop();
  }

  #send(raw: string, options: CallOptions): Promise<unknown> {
    const { journal, lock } = this.#options;
    return withLock(
      lock,
      async () => {
        const anvil = await this.#current();
        try {
          const time = Math.max(Math.floor(Date.now() / 1000), this.#time);
          const { block, hash } = await execute(anvil, raw, time);
          this.#end = await appendEntry(journal, this.#end, { time, raw, block });
          this.#time = time;
          return hash;
        } catch (error) {
          // Anvil may hold what the journal does not: the next call begins from the journal.
          if (!isNonceConflict(error)) await this.close();
          throw error;
        }
      },
      options,
    );
  }

  /** Anvil with all that the journal holds. */
  #current(): Promise<Anvil> {
    return inTurn(this.#options.journal, async () => {
      const anvil = this.#anvil ?? (await this.#start());
      for await (const { entry, end } of readEntries(this.#options.journal, this.#end)) {
        await this.#replay(anvil, entry);
        this.#end = end;
        this.#time = entry.time;
      }
      return anvil;
    });
  }

  async #start(): Promise<Anvil> {
    const anvil = await startAnvil(anvilFlags(this.#options.genesisTime));
    this.#anvil = anvil;
    this.#end = this.#options.start;
    this.#time = this.#options.genesisTime;
    void anvil.ended.then(() => {
      if (this.#anvil === anvil) this.#anvil = null;
    });
    return anvil;
  }

  async #replay(anvil: Anvil, { raw, time, block }: Entry): Promise<void> {
    const replayed = await execute(anvil, raw, time).catch(async (error) => {
      await this.close();
      throw error;
    });
    if (replayed.block === block) return;
    await this.close();
    throw corrupt(this.#options.journal, `block ${block} comes out as ${replayed.block}`);
  }
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
