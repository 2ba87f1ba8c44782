import { TransactionError } from '../../errors.ts';
import type { CallOptions } from '../../interfaces.ts';
import { sleep } from '../../sleep.ts';
import { RpcAnswerError } from '../../transport/json-rpc.ts';
import type { Chain, Head } from './chain.ts';
import type { SignedTransaction } from './transaction.ts';
import { readHash, readQuantity } from './values.ts';

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
  readonly blockHash: string;
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
/** Ethereum makes a block each 12 s, and now and then none. */
const BLOCK_MS = 30_000;
/** A call within the contract may use 63 of 64 parts of the gas that is left (EIP-150), and be what runs out of it. */
const GAS_PARTS = { used: 62n, of: 64n };
/** A node behind a load balancer may know the nonce before the receipt: this long a nonce must have been seen taken by others. */
const MISS_MS = 2_000;

/** Gives the node the transaction; that it has it already is no error, whatever it calls that. @throws RpcAnswerError */
export async function broadcast(
  chain: Chain,
  signed: SignedTransaction,
  options: CallOptions,
): Promise<void> {
  try {
    await chain.rpc.call('eth_sendRawTransaction', [signed.raw], options);
  } catch (error) {
    if (!(error instanceof RpcAnswerError)) throw error;
    // Where the answer to a first try was lost, the second may find even its nonce taken.
    const known = /already (known|imported)/i.test(error.message);
    if (!known && !(await isHeld(chain, [signed], options))) throw error;
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
  /** Runs `work` while nobody else of this machine takes a nonce of the account. */
  inTurn(work: () => Promise<boolean>): Promise<boolean>;
}

/**
 * Waits until one of them has its receipt and confirmations, and gives the node the same bytes again where it has lost
 * them, or those that replace them. What a reorganisation takes back is pending again, and goes in once more by itself.
 * @returns null when another transaction has taken the nonce, or one with a lower nonce is lost: sign anew
 * @throws TransactionError `TRANSACTION_PENDING` after the deadline
 */
export async function awaitMined(
  chain: Chain,
  { transactions, resendMs, replace, inTurn }: Attempts,
  wait: WaitOptions,
  options: CallOptions,
): Promise<Mined | null> {
  const attempts = [...transactions];
  const first = attempts[0]!;
  const { nonce, from } = first;
  const pause = Math.min(RESEND_MS, wait.pendingMs / 10);
  const missMs = Math.min(MISS_MS, wait.pendingMs / 10);
  let resendAt = performance.now() + (resendMs ?? pause);
  let lostAt = Number.POSITIVE_INFINITY;
  let gap = false;
  const readAny = async () => {
    for (const one of attempts) {
      const mined = await readMined(chain, one, options);
      if (mined !== null) return mined;
    }
    return null;
  };
  /** In turn. False: the one below is lost, and nobody has sent it again. */
  const sendAgain = async (): Promise<boolean> => {
    const counted = await readNonce(chain, from, 'pending', options);
    if (nonce > counted && gap) return false;
    gap = nonce > counted;
    // Where another transaction waits with this nonce, that one shall be.
    if (nonce !== counted && !(await isHeld(chain, attempts, options))) return true;
    const dearer = attempts.length === 1 ? await replace(first) : null;
    if (dearer !== null) attempts.push(dearer);
    // A refusal says only that the transaction can't enter the pool now; the polls go on to see what becomes of it.
    await broadcast(chain, attempts.at(-1)!, options).catch(ignoreAnswer);
    return true;
  };
  return poll(pending(first, wait), wait, options, async () => {
    // The nonce is read before the receipt: what is mined in between is then found by its receipt.
    const next = await readNonce(chain, from, 'latest', options);
    const mined = await readAny();
    if (mined !== null) {
      if (wait.confirmations === 1) return mined;
      if (!isDeep(mined.block, await chain.head(options), wait)) return undefined;
      // It counts from the block that it is in now: a reorganisation may have come in between.
      const still = await readAny();
      return still?.blockHash === mined.blockHash ? still : undefined;
    }
    const now = performance.now();
    if (next > nonce) {
      lostAt = Math.min(lostAt, now + missMs);
      return now >= lostAt ? null : undefined;
    }
    lostAt = Number.POSITIVE_INFINITY;
    if (now < resendAt) return undefined;
    if (!(await inTurn(sendAgain))) return null;
    resendAt = performance.now() + pause;
    return undefined;
  });
}

/**
 * Waits until a block that holds what is wanted has its confirmations, whoever sent it.
 * @throws TransactionError `TRANSACTION_PENDING` after the deadline
 */
export async function awaitDepth(
  chain: Chain,
  block: number,
  wait: WaitOptions,
  options: CallOptions,
): Promise<void> {
  const late = stillPending(`block ${block}, which holds the release,`, 'it has fewer', wait);
  await poll(late, wait, options, async () =>
    isDeep(block, await chain.head(options), wait) ? true : undefined,
  );
}

/** Waits for a block, no longer than the slowest chains take for one. */
export async function awaitBlock(chain: Chain, number: number, options: CallOptions): Promise<void> {
  const until = performance.now() + BLOCK_MS;
  for (let pause = FIRST_POLL_MS; (await chain.head(options)).number < number; pause *= 2) {
    if (performance.now() + pause > until) return;
    await sleep(pause, options);
  }
}

/** Whether a block has the configured confirmations where `head` is the newest. */
export function isDeep(block: number, head: Head, { confirmations }: WaitOptions): boolean {
  return head.number - block + 1 >= confirmations;
}

/**
 * Waits while the node's pool has transactions of one nonce that nobody sends any more, and never sends them.
 * @returns whether one of them was mined
 * @throws TransactionError `TRANSACTION_PENDING` after the deadline
 */
export async function awaitLeft(
  chain: Chain,
  attempts: readonly SignedTransaction[],
  wait: WaitOptions,
  options: CallOptions,
): Promise<boolean> {
  return poll(pending(attempts[0]!, wait), wait, options, async () => {
    let waits = false;
    for (const { hash } of attempts) {
      const held = await chain.ask('eth_getTransactionByHash', [hash], options);
      if (held !== null && typeof Object(held).blockNumber === 'string') return true;
      waits ||= held !== null;
    }
    return waits ? undefined : false;
  });
}

/** Looks again and again, at growing intervals, until `look` gives something. */
async function poll<T>(
  late: TransactionError,
  wait: WaitOptions,
  options: CallOptions,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + wait.pendingMs;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 2, LAST_POLL_MS)) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() + pause > deadline) throw late;
    await sleep(pause, options);
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
    blockHash: readHash(answer.blockHash, 'the block of a receipt'),
  };
}

/** Whether the node has any of them, mined or not. */
async function isHeld(
  chain: Chain,
  attempts: readonly SignedTransaction[],
  options: CallOptions,
): Promise<boolean> {
  for (const { hash } of attempts)
    if ((await chain.ask('eth_getTransactionByHash', [hash], options)) !== null) return true;
  return false;
}

function ignoreAnswer(error: unknown): void {
  if (!(error instanceof RpcAnswerError)) throw error;
}

function pending({ hash, nonce }: SignedTransaction, wait: WaitOptions): TransactionError {
  return stillPending(`transaction ${hash}`, `it is still pending with nonce ${nonce}`, wait);
}

function stillPending(
  what: string,
  was: string,
  { confirmations, pendingMs }: WaitOptions,
): TransactionError {
  return new TransactionError('TRANSACTION_PENDING', {
    should: `${what} must have ${confirmations} confirmations`,
    was: `${was} after ${pendingMs / 1000} s`,
    next: 'run the same command again: it waits for this transaction and sends no second one',
  });
}
