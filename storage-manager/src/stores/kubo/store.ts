import { UnavailableError } from '../../errors.ts';
import type { Digest } from '../../ids/digest.ts';
import type { DigestList } from '../../ids/digest-list.ts';
import type { CallOptions, RepairableStore, WriteSession } from '../../interfaces.ts';
import { HttpClient } from '../../transport/client.ts';
import type { Deadlines } from '../../transport/deadlines.ts';
import { parseEndpoint } from '../../transport/endpoint.ts';
import { KuboControl } from './control.ts';
import { holdsBlock, localBlocks } from './presence.ts';
import { type BlockReader, readBlock } from './read.ts';
import { replaceBlock } from './replace.ts';
import { KuboSession } from './session.ts';

export interface KuboOptions {
  /** RPC of the operator's own daemon: `http://127.0.0.1:5001`. Credentials in the URL are sent as Basic. */
  readonly api: string;
  /** Gateway to read from, twice as fast as the RPC: `http://127.0.0.1:8080`. Default: read by RPC. */
  readonly gateway?: string | undefined;
  /** Default `kubo`. */
  readonly name?: string | undefined;
  /** Default `DEADLINES`. */
  readonly deadlines?: Partial<Deadlines> | undefined;
}

/** Measured: two readers fill one gateway (1,030 MB/s), more add nothing but hide a slow one. */
const READ_CONNECTIONS = 4;
const RPC_CONNECTIONS = 8;

/** A question after more blocks than this lists all that the daemon has: `block/stat` reads each block it finds. */
const MAX_SINGLE_QUESTIONS = 64;

/** Measured: 0.4 ms a block warm; a spinning disk takes 10 ms. */
const PIN_MS = 30_000;
const PIN_MS_PER_BLOCK = 10;

/** Blocks in an IPFS node (Kubo). */
export class KuboStore implements RepairableStore {
  readonly name: string;
  readonly carriesUnixFs = true;
  readonly provesWrites = true;
  readonly #rpc: HttpClient;
  readonly #reader: BlockReader;
  readonly #control: KuboControl;

  /** Opens no connection yet. @throws UsageError `CONFIG_INVALID` */
  constructor({ api, gateway, name = 'kubo', deadlines }: KuboOptions) {
    const endpoint = parseEndpoint(api, 'the Kubo API address');
    this.name = name;
    this.#rpc = new HttpClient(endpoint, RPC_CONNECTIONS, deadlines);
    this.#control = new KuboControl(endpoint);
    this.#reader = {
      name,
      rpc: this.#rpc,
      gateway:
        gateway === undefined
          ? null
          : new HttpClient(parseEndpoint(gateway, 'the Kubo gateway address'), READ_CONNECTIONS, deadlines),
    };
  }

  /** What the daemon holds itself; a read may still succeed by its peers. */
  async has(digests: readonly Digest[], options: CallOptions = {}): Promise<boolean[]> {
    options.signal?.throwIfAborted();
    if (digests.length <= MAX_SINGLE_QUESTIONS)
      return Promise.all(digests.map((digest) => holdsBlock(this.#rpc, digest, options)));
    const held = await localBlocks(this.#rpc, options);
    return digests.map((digest) => held.has(digest));
  }

  async read(
    digests: readonly Digest[],
    into: readonly Uint8Array[],
    options: CallOptions = {},
  ): Promise<number[]> {
    options.signal?.throwIfAborted();
    const others = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, others.signal]) : others.signal;
    const reads = digests.map((digest, place) => readBlock(this.#reader, digest, into[place]!, { signal }));
    try {
      return await Promise.all(reads);
    } catch (error) {
      others.abort(error);
      await Promise.allSettled(reads);
      throw error;
    }
  }

  async open(options: CallOptions = {}): Promise<WriteSession> {
    return new KuboSession(this.#rpc, await localBlocks(this.#rpc, options));
  }

  /**
   * Pins the manifest. Not again where it is pinned: a pin that fails takes the old one away [measured, 0.41].
   * The daemon syncs its blocks to disk with the pin.
   * @throws UnavailableError `PROTECT_FAILED` where nothing is absent and the daemon still does not pin
   */
  async protect(manifest: Digest, blocks: DigestList, options: CallOptions = {}): Promise<Digest[]> {
    const absent = await this.#absent(blocks, options);
    if (absent.length > 0 || (await this.#control.isPinned(manifest, options))) return absent;
    try {
      await this.#control.pin(manifest, PIN_MS + PIN_MS_PER_BLOCK * blocks.count, options);
      return [];
    } catch (error) {
      options.signal?.throwIfAborted();
      const lost = await this.#absent(blocks, options);
      if (lost.length > 0) return lost;
      throw new UnavailableError('PROTECT_FAILED', {
        should: `store ${this.name} must pin manifest ${manifest}`,
        was: 'it holds every block and still did not pin it',
        next: 'run `ipfs repo verify` on that node, then the same command again',
        cause: error,
      });
    }
  }

  replace(digest: Digest, bytes: Uint8Array, options: CallOptions = {}): Promise<void> {
    return replaceBlock(this.#reader, this.#control, digest, bytes, options);
  }

  async #absent(blocks: DigestList, options: CallOptions): Promise<Digest[]> {
    const held = await localBlocks(this.#rpc, options);
    return [...blocks].filter((digest) => !held.has(digest));
  }
}
