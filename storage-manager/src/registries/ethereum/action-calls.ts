import type { AuthorizedAction, RegistryAction } from '../../actions.ts';
import { digestToHex } from '../../ids/digest.ts';
import type { Address } from '../../records.ts';
import type { ContractCall } from './contract.ts';
import { commitmentId, labelKey, modelId, namespaceId } from './ids.ts';
import { REASONS } from './records.ts';
import { digestWord, NO_ID, structOf } from './structs.ts';

const FUNCTION_OF = {
  status: 'setStatus',
  channel: 'setChannel',
  attest: 'attest',
  grant: 'grant',
} as const;
const NOBODY = `0x${'0'.repeat(40)}`;

/** The function of the contract that an action is. @param sender whose label a commitment promises to take */
export function actionCall(action: RegistryAction | AuthorizedAction, sender: Address): ContractCall {
  switch (action.kind) {
    case 'authorized':
      return {
        name: `${FUNCTION_OF[action.action.kind]}BySig`,
        args: [structOf(action.action), action.authorization],
      };
    case 'activity': {
      const { model, active, reason, report } = action;
      const args = [modelId(model), active, REASONS.indexOf(reason), digestWord(report)];
      return { name: 'setModelActive', args };
    }
    case 'metadata': {
      const { model, version, key, value } = action;
      const args = [modelId(model), version === null ? NO_ID : labelKey(version), labelKey(key), value];
      return { name: 'setMetadata', args };
    }
    case 'commit':
      return {
        name: 'commitNamespace',
        args: [commitmentId(action.label, sender, digestToHex(action.salt))],
      };
    case 'register':
      return { name: 'registerNamespace', args: [action.label, digestToHex(action.salt)] };
    case 'offer':
      return { name: 'transferNamespace', args: [namespaceId(action.namespace), action.to ?? NOBODY] };
    case 'accept':
      return { name: 'acceptNamespace', args: [namespaceId(action.namespace)] };
    case 'drop-grants':
      return { name: 'dropGrants', args: [namespaceId(action.namespace)] };
    case 'statement-key':
      return { name: 'setStatementKey', args: [namespaceId(action.namespace), action.key ?? NOBODY] };
    case 'cancel':
      return { name: 'cancelNonce', args: [action.authorized.authorization.nonce] };
    default:
      return { name: FUNCTION_OF[action.kind], args: [structOf(action)] };
  }
}
