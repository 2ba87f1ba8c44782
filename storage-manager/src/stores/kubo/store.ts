import { UnavailableError } from '../../errors.ts';
import type { Digest } from '../../ids/digest.ts';
import type { DigestList } from '../../ids/digest-list.ts';
import type { CallOptions, RepairableStore, WriteSession } from '../../interfaces.ts';
import { together } from '../../together.ts';
import { type KuboClients, type KuboOptions, kuboClients } from './clients.ts';
import { isPinned, pin } from './pins.ts';
import { heldBlocks, holdsBlock, localBlocks } from './presence.ts';
import { readFromKubo } from './read.ts';
import { replaceBlock } from './replace.ts';
import { KuboSession } from './session.ts';

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
  readonly #clients: KuboClients;

  /** Opens no connection yet. @throws UsageError `CONFIG_INVALID` */
  constructor(options: KuboOptions) {
    this.#clients = kuboClients(options);
    this.name = this.#clients.name;
  }

  /** What the daemon holds itself; a read may still succeed by its peers. */
  async has(digests: readonly Digest[], options: CallOptions = {}): Promise<boolean[]> {
    options.signal?.throwIfAborted();
    if (digests.length <= MAX_SINGLE_QUESTIONS)
      return Promise.all(digests.map((digest) => holdsBlock(this.#clients.rpc, digest, options)));
    const held = await heldBlocks(this.#clients.rpc, digests, options);
    return digests.map((digest) => held.get(digest) === 1);
  }

  async read(
    digests: readonly Digest[],
    into: readonly Uint8Array[],
    options: CallOptions = {},
  ): Promise<number[]> {
    return together(options, (signal) =>
      digests.map((digest, place) => readFromKubo(this.#clients, digest, into[place]!, { signal })),
    );
  }

  /** Ends the connections; idle ones would keep a long-lived process's sockets. */
  async close(): Promise<void> {
    const { rpc, imports, gateway } = this.#clients;
    await Promise.all([rpc.close(), imports.close(), gateway?.close()]);
  }

  async open(options: CallOptions = {}): Promise<WriteSession> {
    return new KuboSession(this.#clients.imports, await localBlocks(this.#clients.rpc, options));
  }

  /**
   * Pins the manifest. Not again where it is pinned: a pin that fails takes the old one away [measured, 0.41].
   * The daemon syncs its blocks to disk with the pin.
   * @throws UnavailableError `PROTECT_FAILED` where nothing is absent and the daemon still does not pin
   */
  async protect(manifest: Digest, blocks: DigestList, options: CallOptions = {}): Promise<Digest[]> {
    const absent = await this.#absent(blocks, options);
    if (absent.length > 0 || (await isPinned(this.#clients.rpc, manifest, options))) return absent;
    try {
      await pin(this.#clients.rpc, manifest, PIN_MS + PIN_MS_PER_BLOCK * blocks.count, options);
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
    return replaceBlock(this.#clients, digest, bytes, options);
  }

  async #absent(blocks: DigestList, options: CallOptions): Promise<Digest[]> {
    const held = await heldBlocks(this.#clients.rpc, blocks, options);
    const absent: Digest[] = [];
    for (const digest of blocks) if (held.get(digest) !== 1) absent.push(digest);
    return absent;
  }
}
