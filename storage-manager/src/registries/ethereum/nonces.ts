import { join } from 'node:path';
import { withLock } from '../../fs/locks.ts';
import type { CallOptions } from '../../interfaces.ts';
import { sleep } from '../../sleep.ts';
import type { Chain } from './chain.ts';
import { withMutex } from './mutex.ts';
import { readNonce, type WaitOptions } from './wait.ts';

/** A person may have to look at what an outside signer shows him before the turn ends. */
const TURN_MS = 600_000;
/** Behind a load balancer the next call may reach a node that has not heard of the transaction yet. */
const COUNT_MS = 3_000;
const FIRST_LOOK_MS = 5;

/**
 * Gives out the nonces of one account, one turn at a time, to all processes of this machine that share a folder of locks.
 * The chain is the only memory: the next nonce is the one that the node counts, and a turn ends once the node counts what was
 * sent in it. So there is nothing to reconcile after a crash: the kernel frees the lock of a dead process, the nonce of
 * what it has not sent is still free, and no gap can come about. Other machines with the same key are not excluded: what
 * loses its nonce to them is signed anew.
 */
export class Nonces {
  readonly #chain: Chain;
  readonly #address: string;
  readonly #lock: string | null;

  /** @param locks folder of the lock files; undefined: turns are taken in this process only */
  constructor(chain: Chain, address: string, locks: string | undefined) {
    this.#chain = chain;
    this.#address = address;
    this.#lock = locks === undefined ? null : join(locks, `nonces-${chain.chainId}-${address}.lock`);
  }

  /**
   * Runs `work` in the account's turn. It takes no other lock that is held while somebody waits for a turn, so nobody waits
   * for ever. @throws BusyError `LOCKED` after ten minutes
   */
  inTurn<T>(work: () => Promise<T>, { signal }: CallOptions): Promise<T> {
    const lock = this.#lock;
    const until = performance.now() + TURN_MS;
    const alone = () => {
      if (lock === null) return work();
      return withLock(lock, work, { signal, waitMs: Math.max(0, until - performance.now()) });
    };
    return withMutex(`${this.#chain.chainId} ${this.#address}`, alone, { signal, waitMs: TURN_MS });
  }

  /** Ask in turn. */
  next(options: CallOptions): Promise<number> {
    return readNonce(this.#chain, this.#address, 'pending', options);
  }

  /** Waits, in turn, until the node counts a transaction that it has accepted; not for long, for it may have forgotten it. */
  async counted(nonce: number, { pendingMs }: WaitOptions, options: CallOptions): Promise<void> {
    const until = performance.now() + Math.min(COUNT_MS, pendingMs / 10);
    for (let pause = FIRST_LOOK_MS; (await this.next(options)) <= nonce; pause *= 2) {
      if (performance.now() + pause > until) return;
      await sleep(pause, options);
    }
  }
}
