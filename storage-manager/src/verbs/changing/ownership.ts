import type { NamespaceRecord, RegistryAction } from '../../actions.ts';
import { UsageError } from '../../errors.ts';
import type { JobOptions } from '../../events.ts';
import { isAddress, type Namespace } from '../../ids/reference.ts';
import type { Address } from '../../records.ts';
import type { ChangePorts, Intention } from './change.ts';

/** Names here are canonical. */

/** Offers a namespace to an account, which must accept; null calls an open offer off. */
export function offerIntention(
  ports: ChangePorts,
  namespace: Namespace,
  to: Address | null,
  options: JobOptions,
): Intention {
  if (isAddress(namespace)) throw notTransferable(namespace);
  return whereItDiffers(ports, namespace, options, {
    key: ['offer', namespace, to ?? ''],
    isSo: ({ pending }) => pending === to,
    action: { kind: 'offer', namespace, to },
  });
}

/** Takes a namespace that is offered to this account, or a label that is kept for it. */
export function acceptIntention(ports: ChangePorts, namespace: Namespace, options: JobOptions): Intention {
  return whereItDiffers(ports, namespace, options, {
    key: ['accept', namespace],
    isSo: ({ owner }) => owner === ports.actions.address,
    action: { kind: 'accept', namespace },
  });
}

/** Sets the key that signs release statements; null: none does. */
export function statementKeyIntention(
  ports: ChangePorts,
  namespace: Namespace,
  key: Address | null,
  options: JobOptions,
): Intention {
  return whereItDiffers(ports, namespace, options, {
    key: ['statement-key', namespace, key ?? ''],
    isSo: ({ statementKey }) => statementKey === key,
    action: { kind: 'statement-key', namespace, key },
  });
}

function whereItDiffers(
  ports: ChangePorts,
  namespace: Namespace,
  options: JobOptions,
  wanted: {
    readonly key: readonly string[];
    readonly isSo: (now: NamespaceRecord) => boolean;
    readonly action: RegistryAction;
  },
): Intention {
  return {
    key: wanted.key,
    async prepare() {
      return wanted.isSo(await ports.actions.namespace(namespace, options)) ? null : wanted.action;
    },
  };
}

function notTransferable(namespace: Namespace): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: 'a namespace that changes hands must be a registered label',
    was: `${namespace} is an address's own and stays with it`,
    next: 'register a label with `ballast namespace create`, and publish there',
  });
}
