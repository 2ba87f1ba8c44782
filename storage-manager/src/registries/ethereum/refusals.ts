import { TransactionError } from '../../errors.ts';
import type { Namespace } from '../../ids/reference.ts';
import { notOwner, registryPaused } from '../errors.ts';
import { ContractRefusal } from './contract.ts';
import { ROLES } from './records.ts';

/** What was asked of the contract. */
export interface Wish {
  /** What should have happened: `the contract must take acme/tiny@1`. */
  readonly should: string;
  readonly namespace: Namespace;
  /** Who asked: `0x` and 40 lower-case hex digits. */
  readonly account: string;
  /** What to do where the contract refused for another reason than a missing right. */
  readonly next: string;
}

/** A refusal of the contract as the error that says what to do; anything else as it is. */
export function namedRefusal(error: unknown, wish: Wish): unknown {
  if (!(error instanceof ContractRefusal)) return error;
  const { should, namespace, account, next } = wish;
  if (error.error === 'EnforcedPause') return registryPaused(should);
  if (error.error === 'RoleMissing') {
    return notOwner(namespace, account, `have the role ${roleNamed(error.args.role)} there`);
  }
  if (error.error === 'NotNamespaceOwner') return notOwner(namespace, account);
  return new TransactionError('TRANSACTION_FAILED', { should, was: `it said ${error.message}`, next });
}

/** @param bits of the role that a refusal names */
export function roleNamed(bits: unknown): string {
  return ROLES.findLast((_, bit) => Number(bits) & (1 << bit)) ?? 'another';
}
