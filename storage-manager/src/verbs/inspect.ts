import type { JobOptions } from '../events.ts';
import { LATEST, type Reference } from '../ids/reference.ts';
import type { ModelRecord, Release } from '../interfaces.ts';
import { lookAfter } from './job/not-final.ts';
import type { Ports } from './job/ports.ts';
import { atMost } from './reading/at-most.ts';
import { type KnownRelease, openRelease } from './reading/release.ts';

/** A release of any status: looking is allowed, but not at a channel that went back. */
export function inspect(ports: Ports, reference: Reference, options: JobOptions = {}): Promise<KnownRelease> {
  return openRelease(ports, reference, ports.trust.look, options);
}

export interface ListedRelease {
  readonly record: ModelRecord;
  readonly release: Release;
}

export interface ListFilter {
  readonly namespace?: Parameters<Ports['registry']['list']>[0]['namespace'];
  /** A row a release instead of a row a model (its latest release). */
  readonly all?: boolean | undefined;
}

/** Models in the order of their creation; a model without a release has no row. @throws PolicyError `LIMIT_EXCEEDED` */
export function list(
  ports: Ports,
  filter: ListFilter = {},
  options: JobOptions = {},
): AsyncIterable<ListedRelease> {
  return atMost(rowsOf(ports, filter, options), 'releases');
}

async function* rowsOf(ports: Ports, filter: ListFilter, options: JobOptions): AsyncIterable<ListedRelease> {
  await lookAfter(ports, options);
  const models = ports.registry.list({ namespace: filter.namespace }, options);
  for await (const record of atMost(models, 'models')) {
    if (filter.all) {
      for await (const release of ports.registry.history(record.model, options)) yield { record, release };
    } else {
      const release = await newest(ports, record, options);
      if (release !== null) yield { record, release };
    }
  }
}

/** The release behind `latest`; where there is no such channel, the one published last. */
async function newest(
  ports: Ports,
  { model, channels }: ModelRecord,
  options: JobOptions,
): Promise<Release | null> {
  const latest = channels.find(({ channel }) => channel === LATEST);
  if (latest !== undefined) {
    return (await ports.registry.resolve(model, { kind: 'version', version: latest.version }, options))
      .release;
  }
  let last: Release | null = null;
  for await (const release of atMost(ports.registry.history(model, options), 'releases')) last = release;
  return last;
}
