import { commitFile } from '../../fs/commit.ts';
import { fileSystemError } from '../../fs/errors.ts';
import { withLock } from '../../fs/locks.ts';
import { writeNew } from '../../fs/new-file.ts';
import { removeFile } from '../../fs/remove.ts';
import type { Digest } from '../../ids/digest.ts';
import type { Block, CallOptions, WriteSession } from '../../interfaces.ts';
import type { Claim } from './claim.ts';
import type { Layout } from './layout.ts';
import { PackWriter } from './pack-writer.ts';

/** Others hold the store's lock for a few renames and syncs each. */
const SEAL_WAIT_MS = 60_000;

export interface SessionParts {
  readonly layout: Layout;
  readonly claim: Claim;
  /** Bytes from which on a pack is sealed and the next one begun. */
  readonly packBytes: number;
  /** Whether the store holds a sealed block. */
  readonly holds: (digest: Digest) => boolean;
  /** Called when a pack has its final name, of which this is the number. */
  readonly onNamed: (pack: number) => void;
  /** Called when nothing of a pack is left to do. */
  readonly onSealed: () => Promise<void>;
}

/** Writes packs one after the other; each is sealed once it is full, so that a killed run loses one pack at most. */
export class DiskSession implements WriteSession {
  readonly #parts: SessionParts;
  #pack: PackWriter | null = null;
  #packs = 0;
  /** The full pack before `#pack`, until it is sealed. */
  #full: PackWriter | null = null;
  /** Packs that have their final name. */
  readonly #named = new WeakSet<PackWriter>();
  #sealing: Promise<void> = Promise.resolve();
  #turning: Promise<void> | null = null;
  /** Ends the wait of `#sealing` for the store's lock. */
  readonly #stop = new AbortController();

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  has(digest: Digest): boolean {
    return Boolean(this.#pack?.has(digest) || this.#full?.has(digest)) || this.#parts.holds(digest);
  }

  async write(blocks: readonly Block[], options: CallOptions = {}): Promise<void> {
    for (const block of blocks) {
      options.signal?.throwIfAborted();
      // Between the last look and `append` nothing else runs, so a pack that is turned has all its blocks.
      while (this.#pack === null || !this.#hasRoom(this.#pack, block)) await this.#turn();
      await this.#pack.append(block);
    }
  }

  async seal(options: CallOptions = {}): Promise<void> {
    const { signal } = options;
    signal?.throwIfAborted();
    const stop = () => this.#stop.abort();
    signal?.addEventListener('abort', stop, { once: true });
    await Promise.allSettled([this.#turning, this.#sealing]);
    signal?.removeEventListener('abort', stop);
    for (const pack of [this.#full, this.#pack]) if (pack !== null) await this.#seal(pack, options);
    await this.#end();
  }

  async abort(): Promise<void> {
    await this.#end().catch(() => {});
  }

  #hasRoom(pack: PackWriter, { bytes }: Block): boolean {
    return pack.bytes === 0 || pack.bytes + bytes.byteLength <= this.#parts.packBytes;
  }

  /** Begins the next pack; calls in the meantime wait for the same one. */
  #turn(): Promise<void> {
    this.#turning ??= this.#nextPack().finally(() => {
      this.#turning = null;
    });
    return this.#turning;
  }

  async #nextPack(): Promise<void> {
    // At most one full pack is on its way to the disk.
    await this.#sealing;
    const { layout, claim } = this.#parts;
    const next = await PackWriter.create(layout.temporary(claim.id, `${++this.#packs}.pack`));
    this.#full = this.#pack;
    this.#pack = next;
    if (this.#full === null) return;
    this.#sealing = this.#seal(this.#full, { signal: this.#stop.signal });
    // Whoever comes next, another turn or the seal, throws it.
    this.#sealing.catch(() => {});
  }

  /** Durable first, then findable. After a failure, a second call goes on where the first one stopped. */
  async #seal(pack: PackWriter, options: CallOptions): Promise<void> {
    const { layout, onNamed, onSealed } = this.#parts;
    if (pack.count > 0 && !this.#named.has(pack)) {
      const table = await pack.finish();
      const wait = { ...options, waitMs: SEAL_WAIT_MS };
      onNamed(await withLock(layout.lock, () => commitPack(layout, pack.file, table), wait));
      this.#named.add(pack);
    }
    await onSealed();
  }

  /** Gives back the claim, and with it every file that got no final name. */
  async #end(): Promise<void> {
    await Promise.allSettled([this.#turning]);
    await Promise.allSettled([this.#sealing]);
    await Promise.allSettled([this.#full?.close(), this.#pack?.close()]);
    await this.#parts.claim.release();
    this.#pack = null;
    this.#full = null;
  }
}

/**
 * The pack's name comes last: until it stands, nothing of it can be found, and all can be done again.
 * @returns the pack's number
 */
async function commitPack(layout: Layout, file: string, table: Uint8Array): Promise<number> {
  const number = ((await layout.packNumbers()).at(-1) ?? 0) + 1;
  const spare = `${file}.idx`;
  try {
    // A commit that was stopped after this left one.
    await removeFile(spare);
    await writeNew(spare, table);
  } catch (error) {
    throw fileSystemError(error, spare);
  }
  await commitFile(spare, layout.spareTable(number));
  await commitFile(file, layout.pack(number));
  return number;
}
