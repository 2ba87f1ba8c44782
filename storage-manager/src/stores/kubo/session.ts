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
  /** Aborted with the first failure: then everything else fails with that. */
  readonly #broken = new AbortController();
  readonly #imports: CarImport[] = [];
  /** Added to the last import. */
  #bytes = 0;

  /** @param held digests in the daemon when the session began; the session adds its own */
  constructor(rpc: HttpClient, held: DigestMap, carBytes = CAR_BYTES) {
    this.#rpc = rpc;
    this.#held = held;
    this.#carBytes = carBytes;
  }

  has(digest: Digest): boolean {
    return this.#held.has(digest);
  }

  /** A write that fails, or is stopped half way, breaks the session. */
  async write(blocks: readonly Block[], { signal }: CallOptions = {}): Promise<void> {
    await this.#stoppable(signal, () => blocks.map((block) => this.#add(block)));
    for (const { digest } of blocks) this.#held.set(digest, 1);
  }

  async seal({ signal }: CallOptions = {}): Promise<void> {
    await this.#stoppable(signal, () => this.#imports.map((each) => each.end()));
  }

  async abort(): Promise<void> {
    this.#broken.abort(new Error('the write session was given up'));
  }

  #add(block: Block): Promise<void> {
    let last = this.#imports.at(-1);
    if (last === undefined || this.#bytes >= this.#carBytes) {
      last?.end();
      last = new CarImport(this.#rpc, this.#broken.signal);
      last.answered.catch((error: unknown) => this.#broken.abort(error));
      this.#imports.push(last);
      this.#bytes = 0;
    }
    this.#bytes += block.bytes.byteLength;
    return last.add(block);
  }

  async #stoppable(signal: AbortSignal | undefined, start: () => Promise<void>[]): Promise<void> {
    signal?.throwIfAborted();
    this.#broken.signal.throwIfAborted();
    const stop = (): void => this.#broken.abort(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await Promise.all(start());
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }
}
