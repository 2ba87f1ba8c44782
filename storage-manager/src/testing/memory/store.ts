import { type Digest, digestOf } from '../../ids/digest.ts';
import type { DigestList } from '../../ids/digest-list.ts';
import type { Block, CallOptions, RepairableStore, WriteSession } from '../../interfaces.ts';
import { blockCorrupt, blockMissing, blockTooLong } from '../../stores/block-errors.ts';

/** Blocks in a map: for tests and short-lived processes. What it holds ends with it. */
export class MemoryStore implements RepairableStore {
  readonly name: string;
  readonly carriesUnixFs = false;
  readonly provesWrites = false;
  /** Sealed blocks, open to tests that damage or drop some. */
  readonly blocks = new Map<Digest, Uint8Array>();
  /** Manifests of protected releases. */
  readonly roots = new Set<Digest>();

  constructor(name = 'memory') {
    this.name = name;
  }

  async has(digests: readonly Digest[], options: CallOptions = {}): Promise<boolean[]> {
    options.signal?.throwIfAborted();
    return digests.map((digest) => this.blocks.has(digest));
  }

  async read(
    digests: readonly Digest[],
    into: readonly Uint8Array[],
    options: CallOptions = {},
  ): Promise<number[]> {
    options.signal?.throwIfAborted();
    return digests.map((digest, place) => this.#copy(digest, into[place]!));
  }

  async open(options: CallOptions = {}): Promise<WriteSession> {
    options.signal?.throwIfAborted();
    return new MemorySession(this.blocks);
  }

  async protect(manifest: Digest, blocks: DigestList, options: CallOptions = {}): Promise<Digest[]> {
    options.signal?.throwIfAborted();
    const absent: Digest[] = [];
    for (const digest of blocks) if (!this.blocks.has(digest)) absent.push(digest);
    if (absent.length === 0) this.roots.add(manifest);
    return absent;
  }

  async replace(digest: Digest, bytes: Uint8Array, options: CallOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    const actual = digestOf(bytes);
    if (actual !== digest)
      throw blockCorrupt(this.name, digest, `the replacement's bytes have digest ${actual}`);
    this.blocks.set(digest, bytes.slice());
  }

  #copy(digest: Digest, buffer: Uint8Array): number {
    const bytes = this.blocks.get(digest);
    if (bytes === undefined) throw blockMissing(this.name, digest);
    if (bytes.byteLength > buffer.byteLength)
      throw blockTooLong(this.name, digest, bytes.byteLength, buffer.byteLength);
    buffer.set(bytes);
    return bytes.byteLength;
  }
}

class MemorySession implements WriteSession {
  readonly #sealed: Map<Digest, Uint8Array>;
  readonly #written = new Map<Digest, Uint8Array>();

  constructor(sealed: Map<Digest, Uint8Array>) {
    this.#sealed = sealed;
  }

  has(digest: Digest): boolean {
    return this.#sealed.has(digest) || this.#written.has(digest);
  }

  async write(blocks: readonly Block[], options: CallOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    for (const { digest, bytes } of blocks) this.#written.set(digest, bytes.slice());
  }

  async seal(options: CallOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    for (const [digest, bytes] of this.#written) this.#sealed.set(digest, bytes);
    this.#written.clear();
  }

  async abort(): Promise<void> {
    this.#written.clear();
  }
}
