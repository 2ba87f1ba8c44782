import type { CallOptions } from '../../interfaces.ts';
import { orAborted } from '../../or-aborted.ts';
import type { Resolver } from '../../transport/addresses.ts';
import { findServices } from '../../transport/services.ts';
import { GatewaySource } from './source.ts';

export interface FleetOptions {
  /** Name of the SRV records: `_ballast._tcp.example.com`. */
  readonly service: string;
  /** `ip:port` of the name servers to ask for them; default: the system's. */
  readonly servers?: readonly string[] | undefined;
  /** Of the hosts that the records name; default: the system's own. */
  readonly resolve?: Resolver | undefined;
  /** Milliseconds that only rise. */
  readonly now?: (() => number) | undefined;
}

/** Node's resolver tells no time to live of SRV records, so this one holds for all. */
const REFRESH_MS = 60_000;

/** The other nodes of a fleet, each a gateway, as DNS names them: it is asked once a minute at most. */
export class Fleet {
  readonly service: string;
  readonly #options: FleetOptions;
  readonly #now: () => number;
  #nodes: ReadonlyMap<string, GatewaySource> = new Map();
  #finding: Promise<void> | null = null;
  #foundAt = Number.NEGATIVE_INFINITY;

  /** Asks nobody yet. */
  constructor(options: FleetOptions) {
    this.service = options.service;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * Those who are there now. One that was there before is the same source, with its connections; where the name server is
   * silent those who were there stay. @throws what `findServices` throws, where nobody was ever found
   */
  async nodes({ signal }: CallOptions = {}): Promise<readonly GatewaySource[]> {
    if (this.#now() - this.#foundAt >= REFRESH_MS) {
      this.#finding ??= this.#find().finally(() => {
        this.#finding = null;
      });
      await orAborted(this.#finding, signal).catch((error: unknown) => {
        signal?.throwIfAborted();
        if (this.#nodes.size === 0) throw error;
      });
    }
    return [...this.#nodes.values()];
  }

  close(): void {
    for (const node of this.#nodes.values()) node.close();
  }

  async #find(): Promise<void> {
    const { servers, resolve } = this.#options;
    const urls = await findServices(this.service, { servers }).catch((error: unknown) => {
      // Those who are known stay for as long as if it had named them: not every job waits for it.
      if (this.#nodes.size > 0) this.#foundAt = this.#now();
      throw error;
    });
    const before = this.#nodes;
    // What reads from one that has gone may end: idle connections close by themselves.
    this.#nodes = new Map(
      urls.map((url) => [
        url,
        before.get(url) ?? new GatewaySource({ url, name: new URL(url).host, resolve }),
      ]),
    );
    this.#foundAt = this.#now();
  }
}
