import { TransactionError } from '../../errors.ts';
import type { CallOptions, PublishOptions, TransactionLog } from '../../interfaces.ts';
import { sleep } from '../../sleep.ts';
import type { Chain } from './chain.ts';
import { type ContractCall, encodeCall, encodeMulticall } from './contract.ts';
import { type Cost, checkFunds, costOf, estimateGas } from './cost.ts';
import { NOWHERE, type Sender } from './send.ts';
import type { Mined } from './wait.ts';

/** How to send calls. */
export interface ActOptions extends PublishOptions {
  /** Keeps the signed bytes before they are sent. Default: nowhere, for calls that the contract takes only once anyway. */
  readonly log?: TransactionLog | undefined;
}

/** Each attempt loses its nonce to another transaction of the same account. */
const ATTEMPTS = 5;
const PAUSE_MS = 200;

/**
 * What the calls would cost in one transaction of `from`, whose key is not needed.
 * @throws ContractRefusal where the contract would refuse them as the chain stands now
 */
export async function quoteCalls(
  chain: Chain,
  from: string,
  calls: readonly ContractCall[],
  options: CallOptions = {},
): Promise<Cost> {
  const head = await chain.head(options);
  return costOf(chain, head, await estimateGas(chain, from, dataOf(calls), 'pending', options), options);
}

/**
 * Makes calls of the contract, in order, all or none, in one transaction, and returns once that has the configured
 * confirmations. Nothing is spent on what the contract would refuse.
 * @throws ContractRefusal (`namedRefusal` says it to people); TransactionError `FUNDS_INSUFFICIENT`, `PRICE_RISEN`,
 *   `TRANSACTION_FAILED`, `TRANSACTION_PENDING`
 */
export async function act(
  chain: Chain,
  sender: Sender,
  calls: readonly ContractCall[],
  { log = NOWHERE, ...options }: ActOptions = {},
): Promise<Mined> {
  const data = dataOf(calls);
  await checkFunds(chain, sender.address, await quoteCalls(chain, sender.address, calls, options), options);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const [mined] = await sender.run([() => data], log, options);
    if (mined?.ok) return mined;
    // Reverted: the estimate of the next attempt says why, for the state has changed since the last.
    await sleep(PAUSE_MS, options);
  }
  throw new TransactionError('TRANSACTION_FAILED', {
    should: `the chain must execute ${calls.map(({ name }) => name).join(', ')}`,
    was: `${ATTEMPTS} transactions were reverted or lost their nonce to others`,
    next: 'run the same command again when nobody else writes with this account',
  });
}

/** What a transaction carries that makes these calls. */
export function dataOf(calls: readonly ContractCall[]): string {
  const encoded = calls.map(({ name, args }) => encodeCall(name, args));
  return encoded.length === 1 ? encoded[0]! : encodeMulticall(encoded);
}
