import { TransactionError } from '../../errors.ts';
import type { CallOptions } from '../../interfaces.ts';
import type { Chain, Head } from './chain.ts';
import { readWei } from './chain.ts';

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
