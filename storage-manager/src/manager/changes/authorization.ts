import type { AuthorizedAction, SignableAction } from '../../actions.ts';
import { UsageError } from '../../errors.ts';
import { parseDigest } from '../../ids/digest.ts';
import { parseChannel, parseModelName, parseNamespace, parseVersion } from '../../ids/reference.ts';
import { parseReason, parseRoles, parseStatus } from './parse.ts';

const AUTHORIZATION_FORMAT = 'ballast-authorization/1';

/** An action that is signed, for somebody else to send: plain JSON; names are the chain's own. */
export type SignedAuthorization = ReturnType<typeof authorizationDocument>;

export function authorizationDocument({ chainId, registry, action, authorization }: AuthorizedAction) {
  const { signer, nonce, deadline, signature } = authorization;
  return {
    format: AUTHORIZATION_FORMAT,
    chainId,
    registry,
    action: actionDocument(action),
    signer,
    /** Decimal. */
    nonce: String(nonce),
    /** Seconds since 1970. */
    deadline,
    signature,
  };
}

/** @throws UsageError `ARGUMENT_INVALID` where it is not what `authorizationDocument` writes */
export function readAuthorization(value: unknown): AuthorizedAction {
  try {
    const { format, chainId, registry, action, signer, nonce, deadline, signature } = Object(value);
    if (format !== AUTHORIZATION_FORMAT) throw new TypeError(`the format is ${String(format)}`);
    return {
      kind: 'authorized',
      chainId: whole(chainId),
      registry: address(registry),
      action: readAction(Object(action)),
      authorization: {
        signer: address(signer),
        nonce: BigInt(matching(nonce, /^\d{1,78}$/)),
        deadline: whole(deadline),
        signature: matching(signature, /^0x([0-9a-f]{2})+$/i),
      },
    };
  } catch (cause) {
    throw new UsageError('ARGUMENT_INVALID', {
      should: `a signed action must be what --sign-only prints (${AUTHORIZATION_FORMAT})`,
      was: cause instanceof Error ? cause.message : 'it is something else',
      next: 'ask its signer for the whole file',
      cause,
    });
  }
}

export function actionDocument(action: SignableAction) {
  const expiry = action.kind === 'grant' ? { expiresAt: action.expiresAt?.toISOString() ?? null } : {};
  return { ...action, ...expiry };
}

function readAction(of: Record<string, unknown>): SignableAction {
  const text = (name: string) => matching(of[name], /^/);
  const number = (name: string) => whole(of[name]);
  const report = of.report === null ? null : parseDigest(text('report'));
  switch (of.kind) {
    case 'status':
      return {
        ...{ kind: 'status', model: parseModelName(text('model')), version: parseVersion(text('version')) },
        ...{ from: parseStatus(text('from')), to: parseStatus(text('to')), seq: number('seq') },
        ...{ reason: parseReason(text('reason')), report },
      };
    case 'channel':
      return {
        ...{ kind: 'channel', model: parseModelName(text('model')), version: parseVersion(text('version')) },
        ...{ channel: parseChannel(text('channel')), seq: number('seq') },
      };
    case 'attest':
      return {
        ...{ kind: 'attest', model: parseModelName(text('model')), version: parseVersion(text('version')) },
        ...{
          checked: number('checked'),
          ok: number('ok'),
          full: of.full === true,
          asOf: number('asOf'),
          report,
        },
      };
    case 'grant':
      return {
        ...{ kind: 'grant', namespace: parseNamespace(text('namespace')), account: address(of.account) },
        ...{ model: of.model === null ? null : parseModelName(text('model')), seq: number('seq') },
        roles: parseRoles(Array.isArray(of.roles) ? of.roles.map(String) : []),
        expiresAt:
          of.expiresAt === null ? null : new Date(matching(of.expiresAt, /^\d{4,}-\d\d-\d\dT[\d:.]+Z$/)),
      };
    default:
      throw new TypeError(`the action is ${String(of.kind)}`);
  }
}

/** As it is written by `authorizationDocument`: lower case. */
function address(value: unknown): string {
  return matching(value, /^0x[0-9a-f]{40}$/);
}

function matching(value: unknown, form: RegExp): string {
  if (typeof value !== 'string' || !form.test(value)) throw new TypeError('a text is missing or malformed');
  return value;
}

function whole(value: unknown): number {
  if (!Number.isSafeInteger(value) || Number(value) < 0)
    throw new TypeError('a number is missing or malformed');
  return Number(value);
}
