import { UsageError } from '../errors.ts';
import { parseEndpoint } from '../transport/endpoint.ts';
import { placesIn } from './places.ts';
import type { Config } from './schema.ts';

/** What a fetch asks beside the stores, and where it keeps copies. */
export interface SourceSettings {
  /** Addresses of trustless gateways: the nodes of the fleet, then the others. */
  readonly gateways: readonly string[];
  /** Names of DNS SRV records that name nodes of the fleet. */
  readonly services: readonly string[];
  /** null: copies are not kept. */
  readonly cache: { readonly folder: string; readonly maxBytes: number } | null;
}

const SERVICE = /^srv:(_[a-z0-9-]+\._tcp\.[a-z0-9.-]+)$/i;

/** @throws UsageError `CONFIG_INVALID`; never with the value, which may hold a password */
export function sourceSettings(
  { fleet = [], gateways = [], cache = {} }: Config,
  home: string,
): SourceSettings {
  for (const [at, node] of fleet.entries())
    if (/^srv:/i.test(node)) refuseNoService(node, at);
    else parseEndpoint(node, `fleet[${at}]`, 'http://10.0.0.5:8080');
  for (const [at, url] of gateways.entries()) parseEndpoint(url, `gateways[${at}]`, 'https://dweb.link');
  const services = fleet.flatMap((node) => SERVICE.exec(node)?.[1] ?? []);
  const nodes = fleet.filter((node) => !SERVICE.test(node));
  const { maxBytes = 0, folder = placesIn(home).cache } = cache;
  return {
    gateways: [...new Set([...nodes, ...gateways])],
    services: [...new Set(services)],
    cache: maxBytes === 0 ? null : { folder, maxBytes },
  };
}

function refuseNoService(node: string, at: number): void {
  if (SERVICE.test(node)) return;
  throw new UsageError('CONFIG_INVALID', {
    should: `fleet[${at}] must name a service as its SRV records are named`,
    was: 'it is not',
    next: 'write it like srv:_ballast._tcp.example.com',
  });
}
