import type { SignableAction } from '../../actions.ts';
import { type Digest, digestToHex } from '../../ids/digest.ts';
import type { Role } from '../../records.ts';
import { labelKey, modelId, namespaceId, releaseId } from './ids.ts';
import { REASONS, ROLES, STATUSES } from './records.ts';

/** The largest uint64: a grant that never expires. */
export const FOREVER = 2n ** 64n - 1n;
export const NO_ID = `0x${'0'.repeat(64)}`;

/** The struct that the contract takes for an action; what is signed has the same fields (`IReleases.sol` and others). */
export function structOf(action: SignableAction): Record<string, unknown> {
  switch (action.kind) {
    case 'status': {
      const { model, version, from, to, seq, reason, report } = action;
      return {
        ...{ model: modelId(model), version: labelKey(version) },
        ...{ from: STATUSES.indexOf(from), to: STATUSES.indexOf(to), seq },
        ...{ reason: REASONS.indexOf(reason), reportDigest: digestWord(report) },
      };
    }
    case 'channel': {
      const { model, channel, version, seq } = action;
      return { model: modelId(model), channel: labelKey(channel), version: labelKey(version), seq };
    }
    case 'attest': {
      const { model, version, checked, ok, full, asOf, report } = action;
      return {
        release: releaseId(model, version),
        checked,
        ok,
        full,
        asOf,
        reportDigest: digestWord(report),
      };
    }
    case 'grant': {
      const { namespace, model, account, roles, expiresAt, seq } = action;
      return {
        ...{ namespace: namespaceId(namespace), model: model === null ? NO_ID : modelId(model) },
        ...{ account, roles: roleBits(roles), seq },
        expiresAt: expiresAt === null ? FOREVER : BigInt(Math.floor(expiresAt.getTime() / 1000)),
      };
    }
  }
}

/** Zero where there is none. */
export function digestWord(digest: Digest | null): string {
  return digest === null ? NO_ID : digestToHex(digest);
}

function roleBits(roles: readonly Role[]): number {
  return roles.reduce((bits, role) => bits | (1 << ROLES.indexOf(role)), 0);
}

/** The roles that have a name here; a later registry may have more. */
export function rolesOf(bits: number): Role[] {
  return ROLES.filter((_, place) => (bits >> place) & 1);
}
