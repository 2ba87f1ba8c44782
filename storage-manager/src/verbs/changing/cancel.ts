import type { AuthorizedAction, CancelAction } from '../../actions.ts';
import { TransactionError } from '../../errors.ts';
import type { Address } from '../../records.ts';
import type { ChangePorts, Intention } from './change.ts';

/** Makes what was signed worth nothing, before somebody sends it. @throws TransactionError `NOT_OWNER` for all but its signer */
export function cancelIntention(
  { actions }: ChangePorts,
  authorized: AuthorizedAction,
): Intention<CancelAction> {
  const { signer, nonce } = authorized.authorization;
  if (actions.address !== null && actions.address !== signer) throw notSigner(signer, actions.address);
  return {
    key: ['cancel', signer, String(nonce)],
    prepare: async (settled) => (settled ? null : { kind: 'cancel', authorized }),
  };
}

function notSigner(signer: Address, account: Address): TransactionError {
  return new TransactionError('NOT_OWNER', {
    should: `what ${signer} has signed must be cancelled by that account`,
    was: `${account} asks for it`,
    next: 'use the key that has signed it, or prepare the call for that account with --prepare-for',
  });
}
