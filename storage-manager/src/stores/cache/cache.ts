import type { Digest } from '../../ids/digest.ts';
import type { CacheClaim, CallOptions, ChunkCache } from '../../interfaces.ts';
import { orAborted } from '../../or-aborted.ts';
import { Bound } from './bound.ts';
import { enter, type Membership } from './enter.ts';
import { BlockFiles } from './files.ts';
import { folderOf, placesIn } from './places.ts';
import { refuseForeign } from './tag.ts';

export interface DiskCacheOptions {
  /** Made where it is missing; on a local disk. */
  readonly folder: string;
  /** Of all blocks; passed by what is written while a group of folders is swept. */
  readonly maxBytes: number;
}

/**
 * Copies of blocks on this disk, shared by all processes that name the folder. It can be deleted at any time. Reading
 * needs the files alone; who brings a block enters, as an owner that others can see die.
 */
export class DiskCache implements ChunkCache {
  readonly name = 'cache';
  readonly #folder: string;
  readonly #files: BlockFiles;
  readonly #bound: Bound;
  #entering: Promise<Membership> | null = null;
  readonly #entered: Membership[] = [];
  /** What this process is bringing: a claim of its own that is not here could not be released, and is free. */
  readonly #bringing = new Set<Digest>();
  #written = 0;

  /** Touches nothing yet. */
  constructor({ folder, maxBytes }: DiskCacheOptions) {
    this.#folder = folder;
    const places = placesIn(folder);
    this.#files = new BlockFiles(places.blocks, this.name);
    this.#bound = new Bound(places, maxBytes);
  }

  async has(digests: readonly Digest[], { signal }: CallOptions = {}): Promise<boolean[]> {
    signal?.throwIfAborted();
    return Promise.all(digests.map((digest) => this.#files.has(digest)));
  }

  async read(
    digests: readonly Digest[],
    into: readonly Uint8Array[],
    { signal }: CallOptions = {},
  ): Promise<number[]> {
    signal?.throwIfAborted();
    const reads = digests.map((digest, place) => this.#files.read(digest, into[place]!));
    await Promise.allSettled(reads);
    return Promise.all(reads);
  }

  async claim(digest: Digest, options: CallOptions = {}): Promise<CacheClaim | null> {
    if (this.#bringing.has(digest)) return null;
    this.#bringing.add(digest);
    const claim = await this.#take(digest, options).catch((error: unknown) => {
      this.#bringing.delete(digest);
      throw error;
    });
    if (claim === null) this.#bringing.delete(digest);
    return claim;
  }

  async forget(digest: Digest): Promise<void> {
    await refuseForeign(this.#folder);
    await this.#files.remove(digest);
  }

  /** Leaves the folder to the others. */
  async close(): Promise<void> {
    await this.#entering?.catch(() => null);
    this.#entering = null;
    for (const { owner, claims } of this.#entered.splice(0)) {
      claims.close();
      await owner.leave();
    }
  }

  /** All who ask enter together, and none of them ends that for the others. */
  #membership(): Promise<Membership> {
    if (this.#entering === null) {
      this.#entering = enter(this.#folder);
      this.#entering.then(
        (membership) => this.#entered.push(membership),
        () => {
          this.#entering = null;
        },
      );
    }
    return this.#entering;
  }

  async #take(digest: Digest, { signal }: CallOptions): Promise<CacheClaim | null> {
    const membership = await orAborted(this.#membership(), signal);
    const { owner, claims } = membership;
    const holder = await claims.holder(digest);
    if (holder !== null && holder !== owner.id && (await owner.isAlive(holder))) return null;
    if (!(await claims.take(digest, owner.id, holder))) return null;
    return {
      keep: (bytes, leave) => this.#keep(membership, digest, bytes, leave),
      release: () => this.#release(membership, digest),
    };
  }

  async #release({ owner, claims }: Membership, digest: Digest): Promise<void> {
    await claims.release(digest, owner.id).finally(() => this.#bringing.delete(digest));
  }

  async #keep(membership: Membership, digest: Digest, bytes: Uint8Array, leave: number): Promise<void> {
    const { owner, claims } = membership;
    try {
      this.#written += 1;
      await this.#files.write(digest, bytes, { temporary: owner.temporary(this.#written), leave });
    } catch (error) {
      // Somebody has deleted the cache: who asks next enters the one that is made anew.
      if (!(await owner.isKnown())) this.#entering = null;
      throw error;
    } finally {
      await this.#release(membership, digest);
    }
    await this.#bound.added(claims, folderOf(digest), bytes.byteLength);
  }
}
