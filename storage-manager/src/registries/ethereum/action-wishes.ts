import type { AuthorizedAction, RegistryAction } from '../../actions.ts';
import { type Namespace, splitModel } from '../../ids/reference.ts';
import type { Address } from '../../records.ts';
import type { Wish } from './refusals.ts';

/** The same of an action. */
export interface ActionWish extends Wish {
  /** The model, or else the namespace, whose roles count. */
  readonly where: string;
}

/** What should have happened, for the error that says why it did not. @param sender who asks, unless another signed */
export function wishOf(action: RegistryAction | AuthorizedAction, sender: Address): ActionWish {
  if (action.kind === 'authorized') return wishOf(action.action, action.authorization.signer);
  return {
    should: wanted(action),
    namespace: namespaceOf(action),
    where: ('model' in action ? action.model : null) ?? namespaceOf(action),
    account: sender,
    next: 'look at it with `ballast history`, and decide anew',
  };
}

function wanted(action: RegistryAction): string {
  switch (action.kind) {
    case 'status':
      return `the status of ${action.model}@${action.version} must become ${action.to}`;
    case 'channel':
      return `channel ${action.channel} of ${action.model} must be moved to ${action.version}`;
    case 'attest':
      return `the registry must take the attestation of ${action.model}@${action.version}`;
    case 'grant':
      return `the roles of ${action.account} in ${action.model ?? action.namespace} must be changed`;
    case 'activity':
      return `${action.model} must become ${action.active ? 'active' : 'inactive'}`;
    case 'metadata':
      return `${action.key} of ${action.model} must be set`;
    case 'commit':
    case 'register':
      return `namespace ${action.label} must be registered`;
    case 'offer':
      return `namespace ${action.namespace} must be offered`;
    case 'accept':
      return `namespace ${action.namespace} must be taken over`;
    case 'drop-grants':
      return `all roles in ${action.namespace} must be taken away`;
    case 'statement-key':
      return `the statement key of ${action.namespace} must be set`;
    case 'cancel':
      return `what ${action.authorized.authorization.signer} has signed must be cancelled`;
  }
}

function namespaceOf(action: RegistryAction): Namespace {
  if ('label' in action) return action.label;
  if (action.kind === 'cancel') return namespaceOf(action.authorized.action);
  if ('namespace' in action) return action.namespace;
  return splitModel(action.model).namespace;
}
