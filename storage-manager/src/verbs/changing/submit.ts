import type { AuthorizedAction } from '../../actions.ts';
import type { Intention } from './change.ts';

/** Sends what somebody else has signed. That it took effect already is the registry's to say: its nonce is used. */
export function submitIntention(authorized: AuthorizedAction): Intention<AuthorizedAction> {
  const { signer, nonce } = authorized.authorization;
  return {
    key: ['submit', signer, String(nonce)],
    prepare: async (settled) => (settled ? null : authorized),
  };
}
