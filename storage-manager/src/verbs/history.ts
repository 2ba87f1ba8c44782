import type { JobOptions } from '../events.ts';
import type { PlacedEvent } from '../history-events.ts';
import { type ModelName, type Reference, splitModel, type Version } from '../ids/reference.ts';
import type { ModelRecord, Release } from '../interfaces.ts';
import type { ChangePorts } from './changing/change.ts';
import { atMost } from './reading/at-most.ts';
import { resolveReference } from './reading/release.ts';

export interface HistoryJob {
  readonly reference: Reference;
  /** All of the model, and not only what concerns the release that the reference names. */
  readonly whole: boolean;
  /** First block to look in; default: the one in which the registry was deployed. */
  readonly fromBlock?: number | undefined;
}

export interface History {
  readonly model: ModelName;
  /** Null: of the whole model. */
  readonly version: Version | null;
  /** False: the node has left events out that must be there, or the search began later. */
  readonly complete: boolean;
  readonly events: readonly PlacedEvent[];
}

/**
 * What happened to a model, its releases and its namespace, in the order of the chain. It is told by events, which a node
 * may leave out: what counts is the registry's present record, and nothing is fetched by this.
 */
export async function history(
  ports: ChangePorts,
  { reference, whole, fromBlock }: HistoryJob,
  options: JobOptions = {},
): Promise<History> {
  const { registry, actions, trust } = ports;
  const one = whole
    ? null
    : (await resolveReference(ports, reference, trust.chain.look, options)).resolution.release;
  const model = one?.model ?? (await registry.canonical(reference.model, options));
  const { namespace } = splitModel(model);
  const listed = registry.history(model, options);
  const releases = one === null ? await Array.fromAsync(atMost(listed, 'releases')) : [one];
  const record = await registry.model(model, options);
  const versions = releases.map(({ version }) => version);
  const all = await actions.events({ namespace, model, releases: versions, fromBlock }, options);
  const events = one === null ? all : concerning(one.version, all);
  const complete = fromBlock === undefined && record !== null && isComplete(record, releases, all);
  return { model, version: one?.version ?? null, complete, events };
}

/** Without what happened to other versions: of channels those moves that led to this one, or away from it. */
function concerning(version: Version, events: readonly PlacedEvent[]): PlacedEvent[] {
  const pointing = new Map<string, Version>();
  return events.filter(({ event }) => {
    if (event.kind === 'metadata') return event.version === null || event.version === version;
    if (event.kind !== 'channel') return true;
    const before = pointing.get(event.channel);
    pointing.set(event.channel, event.version);
    return event.version === version || before === version;
  });
}

/** As far as the record counts: each publication, each change of status, each move of a channel. */
function isComplete(
  { channels }: ModelRecord,
  releases: readonly Release[],
  events: readonly PlacedEvent[],
): boolean {
  const count = (matches: (event: PlacedEvent['event']) => boolean) =>
    events.filter(({ event }) => matches(event)).length;
  const released = releases.every(
    ({ version, statusSeq }) =>
      count((event) => event.kind === 'published' && event.version === version) === 1 &&
      count((event) => event.kind === 'status' && event.version === version) >= statusSeq,
  );
  return (
    released &&
    channels.every(
      ({ channel, seq }) => count((event) => event.kind === 'channel' && event.channel === channel) >= seq,
    )
  );
}
