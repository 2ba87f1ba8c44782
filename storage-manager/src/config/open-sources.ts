import { UnavailableError } from '../errors.ts';
import { type JobOptions, note } from '../events.ts';
import type { ChunkCache, ChunkSource } from '../interfaces.ts';
import type { Fleet } from '../stores/gateway/fleet.ts';
import type { SourceSettings } from './sources.ts';

/** Sources that stand open. */
export interface OpenSources {
  /** Those that are known by their addresses. */
  readonly gateways: readonly ChunkSource[];
  /** And those that DNS names now; who can't be found is told, and missing. */
  find(options: JobOptions): Promise<readonly ChunkSource[]>;
  /** null: copies are not kept. */
  readonly cache: ChunkCache | null;
}

/**
 * Touches neither network nor disk yet, and loads no more than is configured.
 * @param taken names that other sources have @param keep closes what is opened
 */
export async function openSources(
  { gateways: urls, services, cache }: SourceSettings,
  taken: readonly string[],
  keep: <T extends { close(): void | Promise<void> }>(one: T) => T,
): Promise<OpenSources> {
  const names = new Set([...taken, 'cache']);
  const gateways: ChunkSource[] = [];
  if (urls.length > 0) {
    const { GatewaySource } = await import('../stores/gateway/source.ts');
    for (const url of urls) gateways.push(keep(new GatewaySource({ url, name: nameOf(url, names) })));
  }
  const fleets: Fleet[] = [];
  if (services.length > 0) {
    const { Fleet } = await import('../stores/gateway/fleet.ts');
    for (const service of services) fleets.push(keep(new Fleet({ service })));
  }
  const find = async (options: JobOptions) => {
    const found = await Promise.all(fleets.map((fleet) => nodesOf(fleet, options)));
    const nodes = new Map(found.flat().map((node) => [node.name, node]));
    return [...gateways, ...[...nodes.values()].filter(({ name }) => !names.has(name))];
  };
  return { gateways, find, cache: cache && keep(await openCache(cache)) };
}

async function openCache(settings: NonNullable<SourceSettings['cache']>) {
  const { DiskCache } = await import('../stores/cache/cache.ts');
  return new DiskCache(settings);
}

/** A fleet that can't be found is told and not asked: what others have is enough. */
export async function nodesOf(fleet: Fleet, options: JobOptions): Promise<readonly ChunkSource[]> {
  try {
    const nodes = await fleet.nodes(options);
    if (nodes.length === 0) note(options, 'warning', `DNS names no node of the fleet ${fleet.service}`);
    return nodes;
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    note(options, 'warning', `${error.message}: the fleet is not asked`);
    return [];
  }
}

/** Its host, which is no secret; numbered where another has that name. */
function nameOf(url: string, names: Set<string>): string {
  const { host } = new URL(url);
  let name = host;
  for (let number = 2; names.has(name); number += 1) name = `${host} ${number}`;
  names.add(name);
  return name;
}
