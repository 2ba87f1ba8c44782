import { bytecode } from '@ballast-models/registry-contract';
import { getCreateAddress } from 'ethers/address';
import type { Account } from './account.ts';
import type { SignedTransaction, TransactionFields } from './transaction.ts';

/** Measured: 8.34 M. Gas that is not used costs nothing. */
const DEPLOY_GAS = 12_000_000n;
/** The constructor's one argument, the authority: no administrators, for ever. */
const NOBODY = '0'.repeat(64);

/** A plain creation of the contract, without administrators; `fees` are the most paid for a unit of gas, in wei. */
export function signDeployment(
  account: Account,
  chainId: number,
  nonce: number,
  fees: TransactionFields['fees'],
): SignedTransaction {
  return account.sign({ chainId, nonce, to: null, data: bytecode + NOBODY, gasLimit: DEPLOY_GAS, fees });
}

/** Where the contract of a creation lies: a function of sender and nonce. `0x` and 40 lower-case hex digits. */
export function contractAddress({ from, nonce }: SignedTransaction): string {
  return getCreateAddress({ from, nonce }).toLowerCase();
}

/** Where the reading half of the registry lies: the first contract that the registry created (EIP-161). */
export function readerAddress(contract: string): string {
  return getCreateAddress({ from: contract, nonce: 1 }).toLowerCase();
}
