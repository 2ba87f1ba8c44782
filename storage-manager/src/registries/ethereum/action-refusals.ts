import { type CodeOf, TransactionError } from '../../errors.ts';
import { modelMissing } from '../errors.ts';
import type { ActionWish } from './action-wishes.ts';
import { ContractRefusal } from './contract.ts';
import { STATUSES } from './records.ts';
import { namedRefusal, roleNamed } from './refusals.ts';

interface Told {
  readonly code: CodeOf<'transaction'>;
  readonly was: string;
  readonly next: string;
}
type Args = Readonly<Record<string, unknown>>;

const LOOK = 'look at what it is now (`ballast info`, `ballast history`) and decide anew';

/** What the contract's refusals of a change mean (`IChunkedModelRegistry.sol`), and what to do. */
const TOLD: Readonly<Record<string, (args: Args, wish: ActionWish) => Told>> = {
  RoleMissing: ({ caller, role }, { namespace, where }) => ({
    code: 'NOT_OWNER',
    was: `${lower(caller)} neither owns ${namespace} nor has the role ${roleNamed(role)} there`,
    next: `\`ballast namespace show ${where} ${lower(caller)}\` shows the owner, and what that account may do and until when: ask the owner for the role`,
  }),
  NotNamespaceOwner: ({ caller }, { namespace }) => ({
    code: 'NOT_OWNER',
    was: `${lower(caller)} does not own ${namespace}, and no role is enough`,
    next: `\`ballast namespace show ${namespace}\` shows who does: use that key, or prepare the call for that account with --prepare-for`,
  }),
  NamespaceNotTransferable: () => ({
    code: 'NOT_OWNER',
    was: "an address's own namespace stays with the address",
    next: 'register a label with `ballast namespace create`, and publish there',
  }),
  NotPendingOwner: ({ caller }, { namespace }) => ({
    code: 'NOT_OWNER',
    was: `it is not offered to ${lower(caller)}`,
    next: `\`ballast namespace show ${namespace}\` shows to whom it is offered, or for whom it is kept: use that key, or ask the owner for \`ballast namespace transfer\``,
  }),
  GrantRefused: ({ caller }) => ({
    code: 'NOT_OWNER',
    was: `${lower(caller)} is not the owner, and others grant only roles that they have, never admin, and not for longer`,
    next: 'ask the owner of the namespace to grant it',
  }),
  StatusMismatch: ({ status, seq }) => ({
    code: 'STATE_CHANGED',
    was: `somebody changed the status meanwhile: it is ${STATUSES[Number(status)]} since change ${seq}`,
    next: LOOK,
  }),
  ChannelSeqMismatch: ({ expected, actual }) => ({
    code: 'STATE_CHANGED',
    was: `somebody moved the channel meanwhile: its last move is ${actual}, not ${expected}`,
    next: LOOK,
  }),
  GrantSeqMismatch: ({ expected, actual }) => ({
    code: 'STATE_CHANGED',
    was: `somebody changed the grant meanwhile: its last change is ${actual}, not ${expected}`,
    next: 'look at it with `ballast namespace show` and decide anew',
  }),
  AttestationOutOfOrder: ({ asOf, last }) => ({
    code: 'STATE_CHANGED',
    was: `block ${asOf} is not after block ${last} of the auditor's last attestation, or not reached yet`,
    next: 'verify the release again and attest what you find then',
  }),
  NamespaceTaken: ({ label, owner }) => taken(`${String(label)} belongs to ${lower(owner)}`),
  NamespaceKept: ({ label, holder }, { account }) =>
    lower(holder) === account
      ? {
          code: 'NAMESPACE_TAKEN',
          was: 'it is kept for you',
          next: `run: \`ballast namespace accept ${String(label)}\``,
        }
      : taken(`${String(label)} is kept for ${lower(holder)}`),
  SignatureExpired: ({ deadline }) =>
    unauthorized(`the signature was good until ${new Date(Number(deadline) * 1000).toISOString()}`),
  SignatureInvalid: ({ signer }) =>
    unauthorized(`the signature is not that of ${lower(signer)} over this action`),
  InvalidAccountNonce: () => ({
    code: 'AUTHORIZATION_INVALID',
    was: 'the signature was used already, or its signer cancelled it',
    next: '`ballast history` shows whether it was used; what is still wanted must be signed anew',
  }),
};

/** How the contract says that there is no such model. */
const NO_MODEL = new Set(['ModelNotInNamespace', 'ModelUnknown']);

/** A refusal of a change as the error that says what to do; anything else as it is. */
export function refusedAction(error: unknown, wish: ActionWish): unknown {
  if (error instanceof ContractRefusal && NO_MODEL.has(error.error)) return modelMissing(wish.where);
  const told = error instanceof ContractRefusal ? TOLD[error.error]?.(error.args, wish) : undefined;
  if (told === undefined) return namedRefusal(error, wish);
  return new TransactionError(told.code, { should: wish.should, was: told.was, next: told.next });
}

function taken(was: string): Told {
  return { code: 'NAMESPACE_TAKEN', was, next: 'take another label' };
}

function unauthorized(was: string): Told {
  return { code: 'AUTHORIZATION_INVALID', was, next: 'ask its signer for a new one, for this very registry' };
}

function lower(address: unknown): string {
  return String(address).toLowerCase();
}
