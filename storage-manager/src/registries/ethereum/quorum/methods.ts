/**
 * What of an answer must be alike, method by method. Clients add fields of their own to blocks and receipts: what is not
 * compared is left out of the answer, so that nobody can rely on it.
 */
export interface Comparison {
  /** What counts, in a form that is alike where the answers are. @throws where the answer is malformed */
  facts(value: unknown): unknown;
  /** What to say where no answer has its quorum although enough have answered. Default: an error. */
  readonly otherwise?: unknown;
}

const AS_IT_IS: Comparison = { facts: (value) => value };

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  eth_getBlockByNumber: { facts: blockFacts },
  eth_getLogs: { facts: (logs) => list(logs).map(logFacts).sort(byText) },
  // Nodes learn of a block one after the other: it is mined once enough have it.
  eth_getTransactionReceipt: { facts: receiptFacts, otherwise: null },
  // While one may still hold it nobody signs another with its nonce.
  eth_getTransactionByHash: { facts: transactionFacts, otherwise: { blockNumber: null } },
};

export function comparisonOf(method: string): Comparison {
  return COMPARISONS[method] ?? AS_IT_IS;
}

/**
 * What honest nodes may give differently, for each as of its own newest block or pool: of the answers the highest counts
 * that at least the quorum reaches, so that one alone can't raise it, and one that lags can't lower it.
 */
const RANKS: Readonly<Record<string, (value: unknown) => bigint>> = {
  eth_estimateGas: quantity,
  eth_feeHistory: highestTip,
  eth_gasPrice: quantity,
  eth_getBalance: quantity,
  eth_getTransactionCount: quantity,
  eth_maxPriorityFeePerGas: quantity,
};

/** null: answers to this method must be alike. @throws (the function) where the answer is malformed */
export function rankOf(method: string): ((value: unknown) => bigint) | null {
  return RANKS[method] ?? null;
}

export interface BlockFacts {
  readonly number: string;
  readonly hash: string;
  readonly timestamp: string;
  readonly baseFeePerGas: string | null;
}

export function blockFacts(value: unknown): BlockFacts | null {
  if (value === null) return null;
  const { number, hash, timestamp, baseFeePerGas } = Object(value);
  quantity(number);
  quantity(timestamp);
  return { number, hash: text(hash), timestamp, baseFeePerGas: baseFeePerGas ?? null };
}

function receiptFacts(value: unknown) {
  if (value === null) return null;
  const { status, gasUsed, blockNumber, blockHash } = Object(value);
  return { status, gasUsed, blockNumber, blockHash: text(blockHash) };
}

function transactionFacts(value: unknown) {
  return value === null ? null : { blockNumber: Object(value).blockNumber ?? null };
}

function logFacts(value: unknown) {
  const { address, topics, data, blockNumber, logIndex, transactionHash, removed } = Object(value);
  return { address, topics, data, blockNumber, logIndex, transactionHash, removed: removed === true };
}

/** Nodes may give the same logs in another order. */
function byText(one: unknown, other: unknown): number {
  return alikeText(one) < alikeText(other) ? -1 : 1;
}

/** Equal for facts that are alike: hex digits may be of either case. */
export function alikeText(facts: unknown): string {
  return JSON.stringify(facts, sorted).toLowerCase();
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function highestTip(value: unknown): bigint {
  const tips = list(Object(value).reward ?? []).flatMap(list);
  return tips.map(quantity).sort((one, other) => (one > other ? -1 : 1))[0] ?? 0n;
}

function quantity(value: unknown): bigint {
  if (typeof value === 'string' && /^0x[0-9a-f]{1,64}$/i.test(value)) return BigInt(value);
  throw new TypeError('a quantity must be hex digits');
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError('a list must come');
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError('a text must come');
}
