import { PolicyError } from '../errors.ts';
import type { CallOptions } from '../interfaces.ts';
import type { Chain } from '../registries/ethereum/chain.ts';
import { type Cost, checkFunds } from '../registries/ethereum/cost.ts';

/** @throws TransactionError `FUNDS_INSUFFICIENT`; PolicyError `COST_DECLINED` */
export async function agree<Q extends Cost>(
  chain: Chain,
  address: string,
  quote: Q,
  options: CallOptions,
  confirm: (quote: Q) => boolean | Promise<boolean> = () => true,
): Promise<void> {
  await checkFunds(chain, address, quote, options);
  if (await confirm(quote)) return;
  throw new PolicyError('COST_DECLINED', {
    should: `the cost of ${quote.gas} gas must be agreed to`,
    was: 'it was not',
    next: 'run the same command again when you agree; nothing was sent',
  });
}
