import { recoverAddress } from 'ethers/transaction';
import type { Statement, StatementTerms } from '../../actions.ts';
import type { Address } from '../../interfaces.ts';
import type { Account } from './account.ts';
import { statementTypedData, typedDataHash } from './typed-data.ts';

/** A statement with the signature of this account. */
export function signStatement(account: Account, terms: StatementTerms): Statement {
  return { ...terms, signature: account.signHash(hashOf(terms)) };
}

/** Whose signature a statement bears; null where it is no point of the curve. */
export function statementSigner({ signature, ...terms }: Statement): Address | null {
  try {
    return recoverAddress(hashOf(terms), signature).toLowerCase();
  } catch {
    return null;
  }
}

function hashOf({ chainId, registry, release, issuedAt, expiresAt }: StatementTerms): string {
  const times = { issuedAt, expiresAt };
  return typedDataHash(statementTypedData({ chainId, contract: registry }, release, times));
}
