import type { GrantRecord, NamespaceRecord } from '../actions.ts';
import type { JobOptions } from '../events.ts';
import type { ModelName, Namespace } from '../ids/reference.ts';
import type { Address } from '../records.ts';
import type { ChangePorts } from './changing/change.ts';
import { atMost } from './reading/at-most.ts';

export interface NamespaceJob {
  readonly namespace: Namespace;
  /** Only who may do what for this model of it, or for all; null: for any. */
  readonly model: ModelName | null;
  /** Of this account alone; null: of all that were ever granted something. */
  readonly account: Address | null;
}

export interface Namespaced {
  readonly record: NamespaceRecord;
  /** Those that have a release. */
  readonly models: readonly ModelName[];
  readonly grants: readonly (GrantRecord & { readonly account: Address; readonly model: ModelName | null })[];
}

/** What the registry holds of a namespace. Names of the job are canonical. */
export async function inspectNamespace(
  ports: ChangePorts,
  { namespace, model, account }: NamespaceJob,
  options: JobOptions = {},
): Promise<Namespaced> {
  const { actions, registry } = ports;
  const record = await actions.namespace(namespace, options);
  const listed = atMost(registry.list({ namespace }, options), 'models');
  const models = await Array.fromAsync(listed, (each) => each.model);
  const wanted = model === null ? models : [model];
  // Events say whom to ask about, and the registry what he may do.
  const pairs =
    account === null
      ? await granted(ports, namespace, wanted, options)
      : [null, ...wanted].map((each) => ({ account, model: each }));
  const grants = [];
  for (const pair of pairs) {
    const grant = await actions.grant(namespace, pair.model, pair.account, options);
    if (grant.roles.length > 0) grants.push({ ...pair, ...grant });
  }
  return { record, models, grants };
}

/** Each account and scope once, in the order of their first grant. */
async function granted(
  { actions }: ChangePorts,
  namespace: Namespace,
  models: readonly ModelName[],
  options: JobOptions,
) {
  const filter = { namespace, model: null, releases: [], granted: models };
  const events = await actions.events(filter, options);
  const pairs = new Map<string, { account: Address; model: ModelName | null }>();
  for (const { event } of events) {
    if (event.kind !== 'granted') continue;
    pairs.set(`${event.account} ${event.model ?? ''}`, { account: event.account, model: event.model });
  }
  return [...pairs.values()];
}
