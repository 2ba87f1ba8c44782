import { UsageError } from '../../errors.ts';
import { type Namespace, parseNamespace, splitModel } from '../../ids/reference.ts';
import type { CallOptions } from '../../interfaces.ts';
import type { ChangePorts } from '../../verbs/changing/change.ts';
import { dropIntention, grantIntention } from '../../verbs/changing/grant.ts';
import { acceptIntention, offerIntention, statementKeyIntention } from '../../verbs/changing/ownership.ts';
import { prepareLabel, registerLabel } from '../../verbs/changing/register.ts';
import { inspectNamespace } from '../../verbs/namespace.ts';
import { canonicalNamespace } from '../names.ts';
import { type ChangeContext, openFor, perform, performOrSign } from './context.ts';
import { namespaceDocument, type ShownNamespace, sentDocument } from './documents.ts';
import type { ChangeOptions, SignableOptions } from './options.ts';
import { parseAccount, parseRoles } from './parse.ts';
import type {
  ChangedGrant,
  ChangedNamespace,
  OfferedNamespace,
  OwnedNamespace,
  VouchedNamespace,
} from './results.ts';

/** What an account may do. */
export interface GrantOptions extends SignableOptions {
  /** `publish`, `deprecate`, `yank`, `repair`, `admin`; none takes all away. */
  readonly roles: readonly string[];
  /** Default: for ever. */
  readonly expiresAt?: Date | undefined;
}

/** How namespaces are called for: `ModelStorageManager.namespaces`. */
export class Namespaces {
  readonly #context: ChangeContext;

  /** @internal */
  constructor(context: ChangeContext) {
    this.#context = context;
  }

  /**
   * Registers a label for this account: commits to it, waits a minute of the chain's time, takes it. Interrupted anywhere,
   * the same call finishes it. With `caller` it tells the first of both transactions, and once that is executed the second.
   */
  async create(label: string, options: ChangeOptions = {}): Promise<OwnedNamespace> {
    const namespace = parseNamespace(label);
    const { ports } = await openFor(this.#context, options);
    const confirm = this.#context.free ? undefined : options.confirm;
    const done = await registered(ports, namespace, { ...options, confirm });
    return { namespace: label, owner: ports.actions.address, ...done };
  }

  /** Offers a namespace to an account, which must accept. @param to null calls an open offer off */
  async transfer(label: string, to: string | null, options: ChangeOptions = {}): Promise<OfferedNamespace> {
    const pendingOwner = to === null ? null : await parseAccount(to, 'the new owner');
    const { ports, namespace } = await this.#openWhole(label, options);
    const intention = offerIntention(ports, namespace, pendingOwner, options);
    return { namespace: label, pendingOwner, ...(await perform(this.#context, ports, intention, options)) };
  }

  /** Takes a namespace that is offered to this account. Its roles and its statement key are gone with the old owner. */
  async accept(label: string, options: ChangeOptions = {}): Promise<OwnedNamespace> {
    const { ports, namespace } = await this.#openWhole(label, options);
    const intention = acceptIntention(ports, namespace, options);
    const done = await perform(this.#context, ports, intention, options);
    return { namespace: label, owner: ports.actions.address, ...done };
  }

  /** Sets the key whose signature vouches for releases while no chain can be reached. @param key null: none does */
  async setStatementKey(
    label: string,
    key: string | null,
    options: ChangeOptions = {},
  ): Promise<VouchedNamespace> {
    const statementKey = key === null ? null : await parseAccount(key, 'the statement key');
    const { ports, namespace } = await this.#openWhole(label, options);
    const intention = statementKeyIntention(ports, namespace, statementKey, options);
    return { namespace: label, statementKey, ...(await perform(this.#context, ports, intention, options)) };
  }

  /**
   * Lets an account do something for the owner, instead of what it might do before.
   * @param where `namespace`: for all its models; `namespace/name`: for that one
   */
  async grant(
    where: string,
    account: string,
    { roles: names, expiresAt, ...options }: GrantOptions,
  ): Promise<ChangedGrant> {
    const roles = parseRoles(names);
    const to = await parseAccount(account, 'the account');
    // The chain counts whole seconds.
    const expiry = expiresAt === undefined ? null : new Date(Math.floor(expiresAt.getTime() / 1000) * 1000);
    if (expiry !== null && !(expiry.getTime() > Date.now())) throw over(expiry);
    const { ports, namespace, model } = await this.#open(where, options);
    const job = { namespace, model, account: to, roles, expiresAt: roles.length === 0 ? null : expiry };
    const intention = grantIntention(ports, job, options);
    const done = await performOrSign(this.#context, ports, intention, options);
    return { where, account: to, roles, expiresAt: job.expiresAt?.toISOString() ?? null, ...done };
  }

  /** Takes all roles of all accounts away, for all models of a namespace; only its owner. */
  async dropGrants(label: string, options: ChangeOptions = {}): Promise<ChangedNamespace> {
    const { ports, namespace } = await this.#openWhole(label, options);
    const done = await perform(this.#context, ports, dropIntention(namespace), options);
    return { namespace: label, ...done };
  }

  /** @param where `namespace`; `namespace/name` shows of roles for models only those for that one */
  async show(
    where: string,
    options: CallOptions & { readonly account?: string | undefined } = {},
  ): Promise<ShownNamespace> {
    const account = options.account === undefined ? null : await parseAccount(options.account, 'the account');
    const { ports, nameOf, namespace, model } = await this.#open(where, options);
    const { record, models, grants } = await inspectNamespace(ports, { namespace, model, account }, options);
    const shown = grants.map((grant) => ({ ...grant, model: grant.model && nameOf(grant.model) }));
    return namespaceDocument(namespace, record, models.map(nameOf), shown);
  }

  /** A namespace, or one model of it. */
  async #open(where: string, options: ChangeOptions) {
    if (!where.includes('/')) return { ...(await this.#openWhole(where, options)), model: null };
    const wanted = this.#context.model(where);
    const opened = await this.#openWhole(splitModel(wanted).namespace, options);
    return { ...opened, model: await opened.ports.registry.canonical(wanted, options) };
  }

  /** Nobody who names a model shall change all of its namespace. */
  async #openWhole(label: string, options: ChangeOptions) {
    const wanted = parseNamespace(label);
    const opened = await openFor(this.#context, options);
    return { ...opened, namespace: await canonicalNamespace(opened.ports.registry, wanted) };
  }
}

async function registered(ports: ChangePorts, label: Namespace, options: ChangeOptions) {
  if (options.caller === undefined) return sentDocument(await registerLabel(ports, label, options));
  const looked = await prepareLabel(ports, label, options);
  return sentDocument(looked, looked.action && ports.actions.prepare(looked.action));
}

function over(expiry: Date): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: 'roles must be granted for a time to come',
    was: Number.isNaN(expiry.getTime()) ? 'that is no time' : `${expiry.toISOString()} is over`,
    next: 'name a later time, or none: then they hold until they are taken away',
  });
}
