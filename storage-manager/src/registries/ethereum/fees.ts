import { TransactionError } from '../../errors.ts';
import type { CallOptions, PublishOptions } from '../../interfaces.ts';
import type { Chain, Head } from './chain.ts';
import { readWei } from './values.ts';

/** EIP-1559 prices of a unit of gas, in wei. */
export interface Fees {
  readonly priority: bigint;
  /** The most that is paid: twice the present base fee lasts through six full blocks. */
  readonly max: bigint;
  /** What is expected. */
  readonly present: bigint;
}

/**
 * Tips as the last blocks paid them. Where they paid none, blocks were empty: then what the node suggests, except on a
 * chain whose gas is free (its base fee is 0), for there an account need not hold anything.
 */
export async function readFees(chain: Chain, head: Head, options: CallOptions): Promise<Fees> {
  const history = Object(await chain.ask('eth_feeHistory', ['0x5', 'latest', [50]], options));
  const rewards: unknown[] = Array.isArray(history.reward) ? history.reward.flat() : [];
  const tips = rewards.map((tip) => readWei(tip, 'a tip'));
  let priority = 0n;
  for (const tip of tips) if (tip > priority) priority = tip;
  if (priority === 0n && head.baseFee > 0n) {
    priority = readWei(await chain.ask('eth_maxPriorityFeePerGas', [], options), 'a tip');
  }
  return { priority, max: head.baseFee * 2n + priority, present: head.baseFee + priority };
}

/** Pools take another transaction of the same nonce from 10 % more on, of either price (geth, Nethermind, Reth). */
const BUMP_PERCENT = 110n;

/**
 * Prices for another attempt at a transaction that the base fee has outgrown; null where it has not, or where what was
 * agreed to does not reach that far.
 */
export async function dearerFees(
  chain: Chain,
  old: Pick<Fees, 'max' | 'priority'>,
  { maxFeePerGas: agreed, ...options }: PublishOptions,
): Promise<Pick<Fees, 'max' | 'priority'> | null> {
  const head = await chain.head(options);
  if (head.baseFee <= old.max) return null;
  const present = await readFees(chain, head, options);
  const priority = larger(present.priority, bumped(old.priority));
  const wanted = larger(head.baseFee * 2n + priority, bumped(old.max));
  const max = agreed === undefined || wanted <= agreed ? wanted : agreed;
  return max < larger(head.baseFee + priority, bumped(old.max)) ? null : { max, priority };
}

function bumped(price: bigint): bigint {
  return (price * BUMP_PERCENT) / 100n + 1n;
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

/** The fees within what was agreed to for a unit of gas, in wei. @throws TransactionError `PRICE_RISEN` */
export function boundFees(fees: Fees, agreed: bigint | undefined): Fees {
  if (agreed === undefined || fees.max <= agreed) return fees;
  if (fees.present <= agreed) return { ...fees, max: agreed };
  throw new TransactionError('PRICE_RISEN', {
    should: `a unit of gas must cost at most ${agreed} wei, as was agreed`,
    was: `it costs ${fees.present} wei now`,
    next: 'run the same command again to see the new cost: what is recorded stays',
  });
}
