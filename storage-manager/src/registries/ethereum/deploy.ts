import { bytecode } from '@ballast-models/registry-contract';
import { getCreateAddress } from 'ethers/address';
import type { Account } from './account.ts';
import type { SignedTransaction, TransactionFields } from './transaction.ts';

/** Measured: 8.46 M. Gas that is not used costs nothing. */
const DEPLOY_GAS = 12_000_000n;
const NOBODY = `0x${'0'.repeat(40)}`;

/**
 * A plain creation of the contract. @param fees the most paid for a unit of gas, in wei
 * @param authority the constructor's one argument; default: no administrators, for ever
 */
export function signDeployment(
  account: Account,
  chainId: number,
  nonce: number,
  fees: TransactionFields['fees'],
  authority = NOBODY,
): SignedTransaction {
  const data = bytecode + authority.slice(2).padStart(64, '0');
  return account.sign({ chainId, nonce, to: null, data, gasLimit: DEPLOY_GAS, fees });
}

/** Where the contract of a creation lies: a function of sender and nonce. `0x` and 40 lower-case hex digits. */
export function contractAddress({ from, nonce }: SignedTransaction): string {
  return getCreateAddress({ from, nonce }).toLowerCase();
}

/** Where the reading half of the registry lies: the first contract that the registry created (EIP-161). */
export function readerAddress(contract: string): string {
  return getCreateAddress({ from: contract, nonce: 1 }).toLowerCase();
}
