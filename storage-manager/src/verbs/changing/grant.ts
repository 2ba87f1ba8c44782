import type { GrantAction } from '../../actions.ts';
import type { JobOptions } from '../../events.ts';
import type { ModelName, Namespace } from '../../ids/reference.ts';
import type { Address, Role } from '../../records.ts';
import type { ChangePorts, Intention } from './change.ts';

/** What an account may do from now on, instead of what it might do before. */
export interface GrantJob {
  readonly namespace: Namespace;
  /** Null: all models of the namespace. */
  readonly model: ModelName | null;
  readonly account: Address;
  /** None takes all away. */
  readonly roles: readonly Role[];
  /** Null: for ever. */
  readonly expiresAt: Date | null;
}

/** Takes all roles of all accounts away, at once; that nobody has one can't be known, so it is always sent. */
export function dropIntention(namespace: Namespace): Intention {
  return {
    key: ['drop-grants', namespace],
    prepare: async (settled) => (settled ? null : { kind: 'drop-grants', namespace }),
  };
}

/** Names of the job are canonical. */
export function grantIntention(
  ports: ChangePorts,
  job: GrantJob,
  options: JobOptions,
): Intention<GrantAction> {
  const { namespace, model, account, roles, expiresAt } = job;
  const until = expiresAt?.toISOString() ?? '';
  return {
    key: ['grant', model ?? namespace, account, roles.join(','), until],
    async prepare() {
      const { seq, ...now } = await ports.actions.grant(namespace, model, account, options);
      const same = now.roles.join() === roles.join() && (now.expiresAt?.toISOString() ?? '') === until;
      return same ? null : { kind: 'grant', ...job, seq };
    },
  };
}
