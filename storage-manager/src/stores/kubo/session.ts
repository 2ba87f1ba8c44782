import type { Digest } from '../../ids/digest.ts';
import type { DigestMap } from '../../ids/digest-map.ts';
import type { Block, CallOptions, WriteSession } from '../../interfaces.ts';
import { MiB } from '../../limits.ts';
import type { HttpClient } from '../../transport/client.ts';
import { CarImport } from './car-import.ts';

/** A CAR ends here and the next begins, so that the daemon's errors show and what it took is durable. */
const CAR_BYTES = 512 * MiB;

/**
 * Many writes at once become one stream. Blocks are in the daemon as soon as it has read them, unpinned: `protect`
 * finds those that a garbage collection took away since.
 */
export class KuboSession implements WriteSession {
  readonly #rpc: HttpClient;
  readonly #held: DigestMap;
  readonly #carBytes: number;
  #import: CarImport | null = null;
  #bytes = 0;
  /** The daemon's word for every CAR that has ended. */
  #earlier: Promise<unknown> = Promise.resolve();

  /** @param held digests in the daemon when the session began; the session adds its own */
  constructor(rpc: HttpClient, held: DigestMap, carBytes = CAR_BYTES) {
    this.#rpc = rpc;
    this.#held = held;
    this.#carBytes = carBytes;
  }

  has(digest: Digest): boolean {
    return this.#held.has(digest);
  }

  /** Once a write has failed or was stopped half way, the session is broken and everything else fails with that. */
  async write(blocks: readonly Block[], { signal }: CallOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    const stop = (): void => this.#import?.abort(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await Promise.all(blocks.map((block) => this.#add(block)));
    } finally {
      signal?.removeEventListener('abort', stop);
    }
    for (const { digest } of blocks) this.#held.set(digest, 1);
  }

  async seal({ signal }: CallOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    const stop = (): void => this.#import?.abort(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await Promise.all([this.#earlier, this.#import?.end()]);
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  async abort(): Promise<void> {
    this.#import?.abort(new Error('the write session was given up'));
  }

  #add(block: Block): Promise<void> {
    if (this.#import === null || this.#bytes >= this.#carBytes) this.#nextCar();
    this.#bytes += block.bytes.byteLength;
    return (this.#import as unknown as CarImport).add(block);
  }

  #nextCar(): void {
    const ended = this.#import?.end();
    const next = new CarImport(this.#rpc);
    // An answer that comes late and bad must break the session now, not only when it is sealed.
    this.#earlier = Promise.all([this.#earlier, ended]);
    this.#earlier.catch((error: unknown) => next.abort(error));
    this.#import = next;
    this.#bytes = 0;
  }
}
