import { bytecode } from '@ballast-models/registry-contract';
import { getCreateAddress, Transaction } from 'ethers';
import type { Account, SignedTransaction } from './account.ts';

/** Measured: 3.9 M. Gas that is not used costs nothing. */
const DEPLOY_GAS = 6_000_000n;

/** A plain creation of the contract; `fees` are the most paid for a unit of gas, in wei. */
export function signDeployment(
  account: Account,
  chainId: number,
  nonce: number,
  fees: { readonly max: bigint; readonly priority: bigint },
): SignedTransaction {
  const transaction = Transaction.from({
    type: 2,
    chainId,
    nonce,
    data: bytecode,
    gasLimit: DEPLOY_GAS,
    maxFeePerGas: fees.max,
    maxPriorityFeePerGas: fees.priority,
  });
  return account.sign(transaction);
}

/** Where the contract of a creation lies: a function of sender and nonce. `0x` and 40 lower-case hex digits. */
export function contractAddress({ from, nonce }: SignedTransaction): string {
  return getCreateAddress({ from, nonce }).toLowerCase();
}
