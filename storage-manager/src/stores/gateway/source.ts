import type { Digest } from '../../ids/digest.ts';
import type { CallOptions, ChunkSource } from '../../interfaces.ts';
import { together } from '../../together.ts';
import type { Resolver } from '../../transport/addresses.ts';
import { HttpClient } from '../../transport/client.ts';
import type { Deadlines } from '../../transport/deadlines.ts';
import { parseEndpoint } from '../../transport/endpoint.ts';
import { byAddress, hasRawBlock, readRawBlock } from '../trustless.ts';

export interface GatewayOptions {
  /** `https://dweb.link`. Credentials in it are sent as Basic. */
  readonly url: string;
  /** For people, and unique among the sources of one configuration. */
  readonly name: string;
  /** Each replaces every deadline of its kind. */
  readonly deadlines?: Partial<Deadlines> | undefined;
  /** Of the host's name; default: the system's own. */
  readonly resolve?: Resolver | undefined;
}

/** Public gateways count requests of one address; a route asks several of them at once. */
const CONNECTIONS = 8;

/**
 * Any trustless gateway: one of the public ones, or another node of a fleet. Only read: nothing can be placed there, and
 * nothing that it sends is believed.
 */
export class GatewaySource implements ChunkSource {
  readonly name: string;
  readonly #client: HttpClient;

  /** Opens no connection yet. @throws UsageError `CONFIG_INVALID` */
  constructor({ url, name, deadlines, resolve }: GatewayOptions) {
    this.name = name;
    const endpoint = parseEndpoint(byAddress(url), 'a gateway');
    this.#client = new HttpClient(endpoint, { connections: CONNECTIONS, deadlines, resolve });
  }

  /** Asks for the heads of the blocks; a gateway may search its peers for each. */
  async has(digests: readonly Digest[], options: CallOptions = {}): Promise<boolean[]> {
    return together(options, (signal) =>
      digests.map((digest) => hasRawBlock(this.#client, digest, { signal })),
    );
  }

  async read(
    digests: readonly Digest[],
    into: readonly Uint8Array[],
    options: CallOptions = {},
  ): Promise<number[]> {
    return together(options, (signal) =>
      digests.map((digest, place) => readRawBlock(this.#client, this.name, digest, into[place]!, { signal })),
    );
  }

  close(): void {
    this.#client.close();
  }
}
