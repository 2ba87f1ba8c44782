import { bytecode } from '@ballast-models/registry-contract';
import { getCreateAddress } from 'ethers/address';
import type { Account } from './account.ts';
import type { SignedTransaction, TransactionFields } from './transaction.ts';

/** Measured: 3.9 M. Gas that is not used costs nothing. */
const DEPLOY_GAS = 6_000_000n;

/** A plain creation of the contract; `fees` are the most paid for a unit of gas, in wei. */
export function signDeployment(
  account: Account,
  chainId: number,
  nonce: number,
  fees: TransactionFields['fees'],
): SignedTransaction {
  return account.sign({ chainId, nonce, to: null, data: bytecode, gasLimit: DEPLOY_GAS, fees });
}

/** Where the contract of a creation lies: a function of sender and nonce. `0x` and 40 lower-case hex digits. */
export function contractAddress({ from, nonce }: SignedTransaction): string {
  return getCreateAddress({ from, nonce }).toLowerCase();
}
