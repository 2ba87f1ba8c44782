import type { CacheClaim, ChunkCache } from '../../chunk-cache.ts';
import { BusyError, CorruptError } from '../../errors.ts';
import { withLock } from '../../fs/locks.ts';
import { makeFolder } from '../../fs/make-folder.ts';
import { removeFile } from '../../fs/remove.ts';
import type { Digest } from '../../ids/digest.ts';
import type { CallOptions } from '../../interfaces.ts';
import { orAborted } from '../../or-aborted.ts';
import { Claims, TURN_MS } from './claims.ts';
import { BlockFiles } from './files.ts';
import { Owner } from './owner.ts';
import { folderOf, type Group, groupOf, placesIn } from './places.ts';
import { bytesIn, sweep } from './sweep.ts';
import { mark, refuseForeign } from './tag.ts';

export interface DiskCacheOptions {
  /** Made where it is missing; on a local disk. */
  readonly folder: string;
  /** Of all blocks; passed by what is written while a group of folders is swept. */
  readonly maxBytes: number;
}

/** So much of a share stays when it is swept, so that not each new block sweeps. */
const STAYS = 0.9;

/** A sweep of a large group takes a tenth of this. */
const SWEEP_WAIT_MS = 2_000;

interface Membership {
  readonly owner: Owner;
  readonly claims: Claims;
}

/**
 * Copies of blocks on this disk, shared by all processes that name the folder. It can be deleted at any time. Reading
 * needs the files alone; who brings a block enters, as an owner that others can see die.
 */
export class DiskCache implements ChunkCache {
  readonly name = 'cache';
  readonly #folder: string;
  readonly #places: ReturnType<typeof placesIn>;
  readonly #maxBytes: number;
  readonly #files: BlockFiles;
  #entering: Promise<Membership> | null = null;
  readonly #entered: Membership[] = [];
  #written = 0;

  /** Touches nothing yet. */
  constructor({ folder, maxBytes }: DiskCacheOptions) {
    this.#folder = folder;
    this.#places = placesIn(folder);
    this.#maxBytes = maxBytes;
    this.#files = new BlockFiles(this.#places.blocks, this.name);
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
    const { owner, claims } = await orAborted(this.#membership(), options.signal);
    const holder = await claims.holder(digest);
    if (holder !== null && (await owner.isAlive(holder))) return null;
    if (!(await claims.take(digest, owner.id, holder))) return null;
    return {
      keep: (bytes) => this.#keep({ owner, claims }, digest, bytes),
      release: () => claims.release(digest, owner.id),
    };
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
      this.#entering = this.#enter();
      this.#entering.catch(() => {
        this.#entering = null;
      });
    }
    return this.#entering;
  }

  async #keep({ owner, claims }: Membership, digest: Digest, bytes: Uint8Array): Promise<void> {
    try {
      this.#written += 1;
      await this.#files.write(digest, bytes, owner.temporary(this.#written));
    } catch (error) {
      // Somebody has deleted the cache: who asks next enters the one that is made anew.
      if (!(await owner.isKnown())) this.#entering = null;
      throw error;
    } finally {
      await claims.release(digest, owner.id);
    }
    await this.#bound(claims, folderOf(digest), bytes.byteLength);
  }

  async #enter(): Promise<Membership> {
    const { blocks, owners, index, lock } = this.#places;
    await refuseForeign(this.#folder);
    const enter = async () => {
      await mark(this.#folder);
      await makeFolder(blocks);
      const claims = await this.#openClaims(index);
      try {
        const owner = await Owner.enter(owners);
        for (const id of await owner.someDead()) {
          await claims.releaseAll(id);
          await owner.bury(id);
        }
        const membership = { owner, claims };
        this.#entered.push(membership);
        return membership;
      } catch (error) {
        claims.close();
        throw error;
      }
    };
    return withLock(lock, enter, { waitMs: TURN_MS });
  }

  /** What the index says can be found out anew: a damaged one is dropped. */
  async #openClaims(index: string): Promise<Claims> {
    try {
      return await Claims.open(index);
    } catch (error) {
      if (!(error instanceof CorruptError)) throw error;
      for (const ending of ['', '-wal', '-shm']) await removeFile(index + ending);
      return Claims.open(index);
    }
  }

  /** Counts what was added, and sweeps where that is too much. */
  async #bound(claims: Claims, folder: number, added: number): Promise<void> {
    const group = groupOf(folder, this.#maxBytes);
    await claims.added(folder, added);
    if ((await this.#bytesIn(claims, group)) <= group.maxBytes) return;
    const work = async () => {
      // Another process may have swept meanwhile.
      if ((await this.#bytesIn(claims, group)) > group.maxBytes) await this.#sweep(claims, group);
    };
    await withLock(this.#places.sweeping, work, { waitMs: SWEEP_WAIT_MS }).catch((error: unknown) => {
      if (!(error instanceof BusyError)) throw error;
    });
  }

  async #bytesIn(claims: Claims, { first, last }: Group): Promise<number> {
    const counted = await claims.bytes(first, last);
    const uncounted = new Map<number, number>();
    let sum = 0;
    for (let each = first; each <= last; each += 1) {
      const bytes = counted.get(each) ?? (await bytesIn(this.#files.pathOf(each)));
      if (!counted.has(each)) uncounted.set(each, bytes);
      sum += bytes;
    }
    if (uncounted.size > 0) await claims.counted(uncounted);
    return sum;
  }

  async #sweep(claims: Claims, { first, last, maxBytes }: Group): Promise<void> {
    const folders = Array.from({ length: last - first + 1 }, (_, place) => this.#files.pathOf(first + place));
    const { stay, gone } = await sweep(folders, maxBytes * STAYS);
    // The others count on meanwhile, so that what is gone is taken off; where nothing had to go, the count was wrong.
    const wrong = gone.every((bytes) => bytes === 0);
    if (wrong) await claims.counted(new Map(stay.map((bytes, place) => [first + place, bytes])));
    for (const [place, bytes] of gone.entries()) if (bytes > 0) await claims.added(first + place, -bytes);
  }
}
