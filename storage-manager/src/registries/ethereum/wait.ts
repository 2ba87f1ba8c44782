import { setTimeout } from 'node:timers/promises';
import { TransactionError } from '../../errors.ts';
import type { CallOptions } from '../../interfaces.ts';
import { RpcAnswerError } from '../../transport/json-rpc.ts';
import { type Chain, readQuantity } from './chain.ts';
import type { SignedTransaction } from './transaction.ts';

/** A transaction that the chain has executed, with the configured confirmations. */
export interface Mined {
  readonly hash: string;
  readonly data: string;
  /** False: it was reverted. */
  readonly ok: boolean;
  /** It was reverted because its gas, which the node had estimated, was too little. */
  readonly outOfGas: boolean;
  readonly gasUsed: bigint;
  readonly block: number;
}

export interface WaitOptions {
  /** Blocks that must contain or follow the transaction, its own among them. */
  readonly confirmations: number;
  /** How long one transaction is waited for. */
  readonly pendingMs: number;
}

const FIRST_POLL_MS = 10;
const LAST_POLL_MS = 2_000;
/** A node may forget a transaction that it has taken; it is given the same bytes again this often. */
const RESEND_MS = 15_000;
/** A call within the contract may use 63 of 64 parts of the gas that is left (EIP-150), and be what runs out of it. */
const GAS_PARTS = { used: 62n, of: 64n };
/** A node behind a load balancer may know the nonce before the receipt. */
const MISSES = 3;

/** Gives the node the transaction; that it has it already is no error. @throws RpcAnswerError */
export async function broadcast(
  chain: Chain,
  { raw }: SignedTransaction,
  options: CallOptions,
): Promise<void> {
  try {
    await chain.rpc.call('eth_sendRawTransaction', [raw], options);
  } catch (error) {
    const known = error instanceof RpcAnswerError && /already (known|imported)/i.test(error.message);
    if (!known) throw error;
  }
}

/** The next nonce of an account; `pending` counts what waits in the node's pool. */
export async function readNonce(
  chain: Chain,
  address: string,
  block: 'latest' | 'pending',
  options: CallOptions,
): Promise<number> {
  return readQuantity(await chain.ask('eth_getTransactionCount', [address, block], options), 'a nonce');
}

/** How one nonce is waited for. */
export interface Attempts {
  /** Transactions that have it, the dearest last. */
  readonly transactions: readonly SignedTransaction[];
  /** When the last is given to the node again for the first time: 0 for those of an earlier run. */
  readonly resendMs?: number | undefined;
  /** Signs a dearer one, in the log already; null where that would not help. Asked only where there is but one. */
  replace(transaction: SignedTransaction): Promise<SignedTransaction | null>;
}

/**
 * Waits until one of them has its receipt and confirmations, and gives the node the same bytes again where it has lost
 * them, or those that replace them.
 * @returns null when another transaction has taken the nonce, or one with a lower nonce is lost: sign anew
 * @throws TransactionError `TRANSACTION_PENDING` after the deadline
 */
export async function awaitMined(
  chain: Chain,
  { transactions, resendMs, replace }: Attempts,
  wait: WaitOptions,
  options: CallOptions,
): Promise<Mined | null> {
  const [first, ...replaced] = transactions as [SignedTransaction, ...SignedTransaction[]];
  const { nonce, from } = first;
  const pause = Math.min(RESEND_MS, wait.pendingMs / 10);
  let resendAt = performance.now() + (resendMs ?? pause);
  let misses = 0;
  return poll(first, wait, options, async () => {
    // The nonce is read before the receipt: what is mined in between is then found by its receipt.
    const next = await readNonce(chain, from, 'latest', options);
    let mined = await readMined(chain, first, options);
    for (const other of replaced) mined ??= await readMined(chain, other, options);
    if (mined !== null) return (await isConfirmed(chain, mined, wait, options)) ? mined : undefined;
    if (next > nonce) {
      misses += 1;
      return misses === MISSES ? null : undefined;
    }
    if (performance.now() < resendAt) return undefined;
    if (nonce > (await readNonce(chain, from, 'pending', options))) return null;
    const dearer = replaced.length === 0 ? await replace(first) : null;
    if (dearer !== null) replaced.push(dearer);
    // A refusal says only that the transaction can't enter the pool now; the polls go on to see what becomes of it.
    await broadcast(chain, replaced.at(-1) ?? first, options).catch(ignoreAnswer);
    resendAt = performance.now() + pause;
    return undefined;
  });
}

/**
 * Waits while a transaction that nobody wants any more is in the node's pool, and never sends it.
 * @throws TransactionError `TRANSACTION_PENDING` after the deadline
 */
export async function awaitLeft(
  chain: Chain,
  transaction: SignedTransaction,
  wait: WaitOptions,
  options: CallOptions,
): Promise<void> {
  await poll(transaction, wait, options, async () => {
    const held = await chain.ask('eth_getTransactionByHash', [transaction.hash], options);
    return held === null || typeof Object(held).blockNumber === 'string' ? null : undefined;
  });
}

/** Looks again and again, at growing intervals, until `look` gives something. */
async function poll<T>(
  transaction: SignedTransaction,
  wait: WaitOptions,
  options: CallOptions,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + wait.pendingMs;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 2, LAST_POLL_MS)) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() + pause > deadline) throw pending(transaction, wait);
    await setTimeout(pause, undefined, options).catch(() => options.signal?.throwIfAborted());
  }
}

async function readMined(
  chain: Chain,
  { hash, data, gasLimit }: SignedTransaction,
  options: CallOptions,
): Promise<Mined | null> {
  const receipt = await chain.ask('eth_getTransactionReceipt', [hash], options);
  if (receipt === null) return null;
  const answer = Object(receipt);
  const ok = readQuantity(answer.status, 'the status of a receipt') === 1;
  const gasUsed = BigInt(readQuantity(answer.gasUsed, 'the gas of a receipt'));
  return {
    ...{ hash, data, ok, gasUsed },
    outOfGas: !ok && gasUsed * GAS_PARTS.of >= gasLimit * GAS_PARTS.used,
    block: readQuantity(answer.blockNumber, 'the block of a receipt'),
  };
}

async function isConfirmed(chain: Chain, mined: Mined, wait: WaitOptions, options: CallOptions) {
  if (wait.confirmations <= 1) return true;
  const head = await chain.head(options);
  return head.number - mined.block + 1 >= wait.confirmations;
}

function ignoreAnswer(error: unknown): void {
  if (!(error instanceof RpcAnswerError)) throw error;
}

function pending({ hash, nonce }: SignedTransaction, wait: WaitOptions): TransactionError {
  return new TransactionError('TRANSACTION_PENDING', {
    should: `transaction ${hash} must have ${wait.confirmations} confirmations`,
    was: `it is still pending after ${wait.pendingMs / 1000} s with nonce ${nonce}`,
    next: 'run the same command again: it waits for this transaction and sends no second one',
  });
}
