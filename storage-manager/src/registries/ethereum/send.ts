import { PolicyError, TransactionError } from '../../errors.ts';
import type { CallOptions, PublishOptions, TransactionLog } from '../../interfaces.ts';
import { MAX_SIGNED_TRANSACTION_BYTES, MAX_TRANSACTION_GAS } from '../../limits.ts';
import { sleep } from '../../sleep.ts';
import { RpcAnswerError } from '../../transport/json-rpc.ts';
import type { Account, Signer } from './account.ts';
import type { Chain, Head } from './chain.ts';
import { refusalOf } from './contract.ts';
import { estimateGas } from './cost.ts';
import { boundFees, dearerFees, readFees } from './fees.ts';
import { Nonces } from './nonces.ts';
import { readTransaction, type SignedTransaction } from './transaction.ts';
import {
  awaitBlock,
  awaitDepth,
  awaitLeft,
  awaitMined,
  broadcast,
  isDeep,
  type Mined,
  type WaitOptions,
} from './wait.ts';

/** Transactions on their way at once: pools keep 16 slots of 32 KiB for an account, and a large one takes four. */
const WINDOW = 4;
/** Waits between attempts where another machine has taken the nonce, or the node is behind and gives an old one. */
const NONCE_PAUSES_MS = [20, 50, 100, 200, 400, 800, 1_600];
/** The estimate is of the newest block; the one that executes may cost a little more. */
const GAS_LIMIT_PERCENT = 115n;
const MAX_GAS = BigInt(MAX_TRANSACTION_GAS);

/** For calls that the chain takes only once anyway, so that nothing must be remembered. */
export const NOWHERE: TransactionLog = { all: async () => [], append: async () => {} };

export interface SenderOptions extends WaitOptions {
  /** Folder of lock files that the publishers of one account share. Default: they take turns in this process only. */
  readonly locks?: string | undefined;
}

/** Signs, logs, sends and awaits the transactions of one account to one contract. */
export class Sender<S extends Signer = Account> {
  readonly account: S;
  readonly #chain: Chain;
  readonly #wait: WaitOptions;
  readonly #nonces: Nonces;

  constructor(chain: Chain, account: S, { locks, ...wait }: SenderOptions) {
    this.#chain = chain;
    this.account = account;
    this.#wait = wait;
    this.#nonces = new Nonces(chain, account.address, locks);
  }

  get address(): string {
    return this.account.address;
  }

  /** As if nothing were on its way. @throws ContractRefusal where the contract would refuse the call */
  estimate(data: string, options: CallOptions): Promise<bigint> {
    return estimateGas(this.#chain, this.address, data, 'latest', options);
  }

  /**
   * Sends each call, made when its turn comes, as one transaction and awaits them all; those that lost their nonce are left
   * out of the result. Signed bytes are in the log before the network sees them. One that the base fee has outgrown is replaced once.
   * @throws TransactionError `PRICE_RISEN` before one is sent above `options.maxFeePerGas`; `TRANSACTION_FAILED` where the
   *   gas that the node has estimated was too little
   */
  async run(
    calls: readonly (() => string)[],
    log: TransactionLog,
    options: PublishOptions,
  ): Promise<Mined[]> {
    const mined: Mined[] = [];
    for (let i = 0; i < calls.length; i += WINDOW) {
      const sent: SignedTransaction[] = [];
      for (const data of calls.slice(i, i + WINDOW)) sent.push(await this.#send(data(), log, options));
      for (const transaction of sent) {
        const result = await this.#await([transaction], log, options);
        for (const { outOfGas, hash, gasUsed } of result) if (outOfGas) throw gasTooLow(hash, gasUsed);
        mined.push(...result);
      }
    }
    return mined;
  }

  /**
   * Settles what an earlier run has signed. What is wanted is looked up, sent again where the node lacks it, awaited and
   * returned. Anything else is awaited only where the node holds it: its nonce is free otherwise, and the transaction that
   * takes it makes the logged bytes void. So is what was signed anew with another nonce: sent again, both would be paid for.
   * @param purposeOf what calldata is for, which goes through once; null where it is not wanted
   */
  async settle(
    log: TransactionLog,
    purposeOf: (data: string) => string | null,
    options: PublishOptions,
  ): Promise<Mined[]> {
    const { contract, chainId } = this.#chain;
    const ours = (await log.all(options))
      .map(readTransaction)
      .filter((one) => one.from === this.address && one.to === contract && one.chainId === chainId)
      .map((transaction) => ({ transaction, purpose: purposeOf(transaction.data) }));
    const newest = new Map(ours.map(({ transaction, purpose }) => [purpose, transaction.nonce]));
    const mined: Mined[] = [];
    const settled = new Set<string | null>([null]);
    for (const { purpose, attempts } of grouped(ours)) {
      const isNewest = newest.get(purpose) === attempts[0]!.nonce;
      if (settled.has(purpose) || !isNewest) {
        const isMined = await awaitLeft(this.#chain, attempts, this.#wait, options);
        if (settled.has(purpose) || !isMined) continue;
      }
      const result = await this.#await(attempts, log, options, isNewest ? 0 : Number.POSITIVE_INFINITY);
      if (result.some(({ ok }) => ok)) settled.add(purpose);
      mined.push(...result);
    }
    return mined;
  }

  /**
   * Waits until a block has its confirmations: others may have brought what was to be sent.
   * @returns whether it had them at `head`; else all must be looked at anew, for a reorganisation may have come
   */
  async awaitDepth(block: number, head: Head, options: CallOptions): Promise<boolean> {
    if (isDeep(block, head, this.#wait)) return true;
    await awaitDepth(this.#chain, block, this.#wait, options);
    return false;
  }

  /** Waits for a block after `head`, for a while: what the node has refused for what waits in its pool is in that one. */
  nextBlock(head: Head, options: CallOptions): Promise<void> {
    return awaitBlock(this.#chain, head.number + 1, options);
  }

  /** None where the nonce is lost. @param resendMs see `Attempts` */
  async #await(
    transactions: readonly SignedTransaction[],
    log: TransactionLog,
    options: PublishOptions,
    resendMs?: number,
  ): Promise<Mined[]> {
    const replace = (transaction: SignedTransaction) => this.#replace(transaction, log, options);
    const inTurn = (work: () => Promise<boolean>) => this.#nonces.inTurn(work, options);
    const attempts = { transactions, resendMs, replace, inTurn };
    const mined = await awaitMined(this.#chain, attempts, this.#wait, options);
    return mined === null ? [] : [mined];
  }

  /** The same call with the same nonce, at a price at which it can be mined. */
  async #replace(
    transaction: SignedTransaction,
    log: TransactionLog,
    options: PublishOptions,
  ): Promise<SignedTransaction | null> {
    const fees = await dearerFees(this.#chain, transaction.fees, options);
    if (fees === null) return null;
    const signed = await this.account.sign({ ...transaction, fees }, options);
    await log.append(signed.raw, options);
    return signed;
  }

  /** Publishers of one account take turns; where another machine takes the nonce, we sign anew. */
  async #send(data: string, log: TransactionLog, options: PublishOptions): Promise<SignedTransaction> {
    const estimate = await estimateGas(this.#chain, this.address, data, 'pending', options);
    const gas = (estimate * GAS_LIMIT_PERCENT) / 100n;
    const gasLimit = gas < MAX_GAS ? gas : MAX_GAS;
    return this.#nonces.inTurn(() => this.#sendInTurn(data, gasLimit, log, options), options);
  }

  async #sendInTurn(data: string, gasLimit: bigint, log: TransactionLog, options: PublishOptions) {
    let last = '';
    for (const pause of [...NONCE_PAUSES_MS, null]) {
      const signed = await this.#sign(data, gasLimit, options);
      // A node that lags gives the same nonce again, and so the same bytes.
      if (signed.raw !== last) await log.append(signed.raw, options);
      last = signed.raw;
      try {
        await broadcast(this.#chain, signed, options);
        await this.#nonces.counted(signed.nonce, this.#wait, options);
        return signed;
      } catch (error) {
        if (!isNonceConflict(error) || pause === null) throw refused(error, signed);
      }
      await sleep(pause, options);
    }
    throw new Error('unreachable: the last attempt returns or throws');
  }

  async #sign(data: string, gasLimit: bigint, options: PublishOptions): Promise<SignedTransaction> {
    const present = await readFees(this.#chain, await this.#chain.head(options), options);
    const fees = boundFees(present, options.maxFeePerGas);
    const { chainId, contract } = this.#chain;
    const nonce = await this.#nonces.next(options);
    const fields = { chainId, nonce, to: contract, data, gasLimit, fees };
    const signed = await this.account.sign(fields, options);
    const bytes = signed.raw.length / 2 - 1;
    if (bytes <= MAX_SIGNED_TRANSACTION_BYTES) return signed;
    throw new PolicyError('LIMIT_EXCEEDED', {
      should: `a signed transaction must be at most ${MAX_SIGNED_TRANSACTION_BYTES} bytes, or public pools refuse it`,
      was: `it has ${bytes}`,
      next: 'publish with --record root',
    });
  }
}

interface Logged {
  readonly transaction: SignedTransaction;
  readonly purpose: string | null;
}

/** Those of one nonce and purpose together, in the order of the log: the second replaces the first. */
function grouped(logged: readonly Logged[]) {
  const groups = Map.groupBy(logged, ({ transaction, purpose }) => `${transaction.nonce} ${purpose}`);
  return [...groups.values()].map((group) => ({
    purpose: group[0]!.purpose,
    attempts: group.map(({ transaction }) => transaction),
  }));
}

/** Another attempt would cost as much again. */
function gasTooLow(hash: string, gasUsed: bigint): TransactionError {
  return new TransactionError('TRANSACTION_FAILED', {
    should: `transaction ${hash} must be executed with the gas that the node has estimated for it`,
    was: `it was too little: all was undone after ${gasUsed}`,
    next: 'run the same command again; if it fails again, use another RPC endpoint, for this one estimates wrong',
  });
}

/** In the words of geth, Besu, Erigon, Reth and anvil, and of Nethermind. */
const NONCE_CONFLICT =
  /nonce (is )?too low|nonce has already|replacement (transaction|fee)|OldNonce|ReplacementNotAllowed/i;
const NO_FUNDS = /insufficient ?funds|upfront cost exceeds/i;

/** Another transaction has the nonce; nothing was taken. */
export function isNonceConflict(error: unknown): boolean {
  return error instanceof RpcAnswerError && NONCE_CONFLICT.test(error.message);
}

/** Why the node or the contract did not take a transaction; what is no answer stays as it is. */
function refused(error: unknown, { hash }: SignedTransaction): unknown {
  const refusal = refusalOf(error);
  if (refusal !== null || !(error instanceof RpcAnswerError)) return refusal ?? error;
  if (NO_FUNDS.test(error.message)) {
    return new TransactionError('FUNDS_INSUFFICIENT', {
      should: `the account must pay for transaction ${hash}`,
      was: `the node said: ${error.message}`,
      next: 'send funds to the account and run the same command again: what is recorded stays',
    });
  }
  return new TransactionError('TRANSACTION_FAILED', {
    should: `the node must take transaction ${hash}`,
    was: `it said: ${error.message}`,
    next: 'run the same command again; if it fails again, ask the operator of the RPC',
  });
}
