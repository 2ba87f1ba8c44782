import type { GrantRecord, NamespaceRecord, PreparedCall } from '../../actions.ts';
import type { PlacedEvent } from '../../history-events.ts';
import type { Namespace, Version } from '../../ids/reference.ts';
import type { Role } from '../../records.ts';
import type { Changed } from '../../verbs/changing/change.ts';
import type { History } from '../../verbs/history.ts';
import type { NameOf } from '../names.ts';

/** What was sent for a change. */
export type SentChange = ReturnType<typeof sentDocument>;
/** What happened to a model or a release. */
export type ModelHistory = ReturnType<typeof historyDocument>;
/** What the registry holds of a namespace, and who may do what for its owner. */
export type ShownNamespace = ReturnType<typeof namespaceDocument>;

/** @param changed null where nothing was to be sent */
export function sentDocument(changed: Changed | null, call: PreparedCall | null = null) {
  const quote = changed?.quote;
  return {
    /** False after a dry run, and where it was so already. */
    changed: changed?.changed ?? false,
    /** Sent by this call or by the interrupted one that it finished. */
    transactions: changed?.transactions ?? 0,
    gasUsed: String(changed?.gasUsed ?? 0n),
    /** What was left to do before it: 0 transactions where it was so already. */
    quote: {
      transactions: quote?.transactions ?? 0,
      gas: String(quote?.gas ?? 0n),
      wei: String(quote?.wei ?? 0n),
    },
    /** What `caller` has to send; null where this machine's key sends, and where it was so already. */
    call: call && { ...call, value: '0' },
  };
}

export function historyDocument(history: History, nameOf: NameOf) {
  return {
    model: nameOf(history.model),
    /** Null: of the whole model. */
    version: history.version as string | null,
    /** False: the node left events out, or the search began later. */
    complete: history.complete,
    events: history.events.map((placed) => eventDocument(placed, nameOf)),
  };
}

/** Of `kind`: the fields of that event in docs/api; addresses in lower case, times ISO 8601. */
function eventDocument({ block, time, transaction, event }: PlacedEvent, nameOf: NameOf) {
  const place = { block, time: time.toISOString(), transaction };
  if (event.kind === 'model-created') return { ...place, ...event, model: nameOf(event.model) };
  if (event.kind !== 'granted') return { ...place, ...event };
  const { model, expiresAt } = event;
  return { ...place, ...event, model: model && nameOf(model), expiresAt: expiresAt?.toISOString() ?? null };
}

/** Who may do what. */
export interface ShownGrant extends GrantRecord {
  readonly account: string;
  /** Null: for all models of the namespace. */
  readonly model: string | null;
}

export function namespaceDocument(
  namespace: Namespace,
  record: NamespaceRecord,
  models: readonly string[],
  grants: readonly ShownGrant[],
) {
  return {
    namespace: namespace as string,
    /** Null: nobody registered the label. */
    owner: record.owner,
    /** To whom it is offered; without an owner: for whom it is kept. */
    pendingOwner: record.pending,
    /** Signs release statements. */
    statementKey: record.statementKey,
    /** Those that have a release. */
    models,
    roles: grants.map(({ account, model, roles, expiresAt }) => ({
      account,
      /** Null: for all models of the namespace. */
      model,
      roles: roles as readonly Role[],
      /** Null: for ever. */
      expiresAt: expiresAt?.toISOString() ?? null,
      expired: expiresAt !== null && expiresAt.getTime() <= Date.now(),
    })),
  };
}

/** The version that a change is about, as plain text. */
export function releaseFields(of: { model: Parameters<NameOf>[0]; version: Version }, nameOf: NameOf) {
  return { model: nameOf(of.model), version: of.version as string };
}
