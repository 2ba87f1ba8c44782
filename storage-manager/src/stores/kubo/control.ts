import type { KuboRPCClient } from 'kubo-rpc-client';
import { CID } from 'multiformats/cid';
import { cidOf, RAW } from '../../ids/cid.ts';
import type { Digest } from '../../ids/digest.ts';
import type { CallOptions } from '../../interfaces.ts';
import type { Deadlines } from '../../transport/deadlines.ts';
import type { Endpoint } from '../../transport/endpoint.ts';
import { unreachable } from '../../transport/unreachable.ts';

/** A codec from multicodec's private-use range, that no pin can name. */
const PRIVATE_CODEC = 0x300000;

/** The pin check of `block/rm` walks every pinned graph. */
const REMOVE_MS = 10 * 60_000;

/**
 * Calls that carry no block, to the operator's own daemon: `kubo-rpc-client` follows redirects, has no deadline and no
 * cap on an answer, so it gets a deadline for each call here and is used for nothing else. It is loaded when the first
 * call is made (280 ms): a repair makes one, a publish none (`pins.ts`).
 */
export class KuboControl {
  readonly #endpoint: Endpoint;
  readonly #totalMs: number | undefined;
  #client: Promise<KuboRPCClient> | undefined;

  /** @param deadlines `totalMs` replaces the deadline of every call */
  constructor(endpoint: Endpoint, deadlines: Partial<Deadlines> = {}) {
    this.#endpoint = endpoint;
    this.#totalMs = deadlines.totalMs;
  }

  /**
   * Removes a block although a pin holds it. Kubo's pins name CIDs, its blocks are keyed by the multihash: under a
   * codec that no pin names the block is free [measured, 0.41], and the release never stands unpinned.
   * @returns why the daemon refused, or null; an absent block counts as removed
   */
  removeBlock(digest: Digest, options: CallOptions): Promise<string | null> {
    const cid = CID.createV1(PRIVATE_CODEC, cidOf(digest, RAW).multihash);
    return this.#call(`the removal of block ${digest}`, REMOVE_MS, options, async (client, signal) => {
      for await (const { error } of client.block.rm(cid, { force: true, signal }))
        if (error) return error.message;
      return null;
    });
  }

  async #call<T>(
    what: string,
    usualMs: number,
    { signal }: CallOptions,
    work: (client: KuboRPCClient, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const withinMs = this.#totalMs ?? usualMs;
    const deadline = AbortSignal.timeout(withinMs);
    const either = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
    try {
      this.#client ??= this.#load();
      return await work(await this.#client, either);
    } catch (error) {
      signal?.throwIfAborted();
      if (deadline.aborted)
        throw unreachable(this.#endpoint, what, `it did not answer within ${withinMs} ms`, error);
      const was = error instanceof Error ? error.message.slice(0, 300) : 'the call failed';
      throw unreachable(this.#endpoint, what, `it failed: ${was}`, error);
    }
  }

  async #load(): Promise<KuboRPCClient> {
    const { create } = await import('kubo-rpc-client');
    const { origin, path, headers } = this.#endpoint;
    return create({ url: `${origin}${path}/api/v0`, headers: { ...headers } });
  }
}
