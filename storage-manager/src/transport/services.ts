import type { SrvRecord } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { UnavailableError } from '../errors.ts';
import type { CallOptions } from '../interfaces.ts';
import { either } from '../together.ts';
import { isWrittenAddress } from './addresses.ts';

/** How a name server is asked. */
export interface ServiceOptions extends CallOptions {
  /** `ip:port` of the name servers; default: the system's. */
  readonly servers?: readonly string[] | undefined;
}

/** As long as a connection may take. */
const FIND_MS = 5_000;
const ASK = { timeout: 1_500, tries: 2 };

/** More instances than one node asks for its chunks; those of the first priorities are taken. */
const MAX_SERVICES = 32;

/** The name server says that there is no such name, or that it has no such record. */
const NONE = ['ENOTFOUND', 'ENODATA'];

/**
 * Where a service runs, by DNS SRV (RFC 2782): `http://host:port`, https on port 443. The lowest priority comes first, and
 * among equals chance decides by their weights. None where the name has no such record.
 *
 * A record names hosts, which are resolved when they are connected to, under the rules for all names (`addresses.ts`). One
 * that is written as an address is left out: an address is believed where the operator wrote it, and this one a name
 * server did.
 * @throws UnavailableError `STORE_UNREACHABLE` where nobody answers within 5 s; the signal's reason
 */
export async function findServices(
  name: string,
  { servers, signal }: ServiceOptions = {},
): Promise<readonly string[]> {
  signal?.throwIfAborted();
  const resolver = new Resolver(ASK);
  if (servers !== undefined) resolver.setServers(servers);
  const ends = either(signal, AbortSignal.timeout(FIND_MS));
  const stop = () => resolver.cancel();
  ends.addEventListener('abort', stop, { once: true });
  try {
    const records = await resolver.resolveSrv(name);
    const origins = byPriority(records).map(originOf);
    return [...new Set(origins.filter((origin) => origin !== null))].slice(0, MAX_SERVICES);
  } catch (error) {
    signal?.throwIfAborted();
    const { code = '' } = error as NodeJS.ErrnoException;
    if (NONE.includes(code)) return [];
    throw silent(name, code || 'no answer', error);
  } finally {
    ends.removeEventListener('abort', stop);
  }
}

/** The order of RFC 2782: a record of weight 0 has hardly a chance to come before others of its priority. */
function byPriority(records: readonly SrvRecord[]): SrvRecord[] {
  const chances = records.map((record) => ({
    record,
    chance: -Math.log(Math.random()) / (record.weight + 0.01),
  }));
  return chances
    .sort((a, b) => a.record.priority - b.record.priority || a.chance - b.chance)
    .map(({ record }) => record);
}

/** Null: no service there (a host named "."), or no host's name. */
function originOf({ name, port }: SrvRecord): string | null {
  const text = `${port === 443 ? 'https' : 'http'}://${name.replace(/\.$/, '')}:${port}`;
  const url = port > 0 && /^[\w.-]+$/.test(name) && URL.canParse(text) ? new URL(text) : null;
  // As a URL reads it: 2130706433 is 127.0.0.1.
  return url === null || isWrittenAddress(url.hostname) ? null : url.origin;
}

function silent(name: string, was: string, cause: unknown): UnavailableError {
  return new UnavailableError('STORE_UNREACHABLE', {
    should: `a name server must say where the service ${name} runs`,
    was: `it did not: ${was}`,
    next: 'check the name and the name server, or name the nodes themselves, then run the same command again',
    cause,
  });
}
