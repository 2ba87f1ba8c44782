import { TransactionError } from '../../errors.ts';
import type { CallOptions, PublishQuote } from '../../interfaces.ts';
import type { Chain, Head } from './chain.ts';
import { readFees } from './fees.ts';
import { readQuantity, readWei } from './values.ts';

/** What gas costs, before any is spent. */
export type Cost = Pick<PublishQuote, 'gas' | 'wei' | 'maxFeePerGas'>;

export async function costOf(chain: Chain, head: Head, gas: bigint, options: CallOptions): Promise<Cost> {
  const { present } = await readFees(chain, head, options);
  return { gas, wei: gas * present, maxFeePerGas: present * 2n };
}

/**
 * Gas of a call.
 * @param from who calls; a key is not needed
 * @param at `pending`: in the next block, whose time counts where the contract lets something be done from a time on, and
 *   behind what waits in the node's pool; `latest`: as if nothing waited there
 * @throws ContractRefusal where the contract would refuse it
 */
export async function estimateGas(
  chain: Chain,
  from: string,
  data: string,
  at: 'latest' | 'pending',
  options: CallOptions,
): Promise<bigint> {
  const call = { from, to: chain.contract, data };
  return BigInt(readQuantity(await chain.ask('eth_estimateGas', [call, at], options), 'a gas estimate'));
}

/** @throws TransactionError `FUNDS_INSUFFICIENT` unless the account can pay at the present price */
export async function checkFunds(
  chain: Chain,
  address: string,
  { wei, gas }: Cost,
  options: CallOptions,
): Promise<void> {
  const balance = readWei(await chain.ask('eth_getBalance', [address, 'latest'], options), 'a balance');
  if (balance >= wei) return;
  throw new TransactionError('FUNDS_INSUFFICIENT', {
    should: `${address} must hold ${wei} wei for ${gas} gas at the present price`,
    was: `it holds ${balance} wei`,
    next: 'send funds to that address and run the same command again',
  });
}
