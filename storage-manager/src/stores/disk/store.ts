import { commitFile } from '../../fs/commit.ts';
import { fileSystemError } from '../../fs/errors.ts';
import { identityOf } from '../../fs/identity.ts';
import { withLock } from '../../fs/locks.ts';
import { writeNew } from '../../fs/new-file.ts';
import { freeBytes } from '../../fs/room.ts';
import { type Digest, digestOf } from '../../ids/digest.ts';
import type { DigestList } from '../../ids/digest-list.ts';
import type { CallOptions, RepairableStore, WriteSession } from '../../interfaces.ts';
import { GiB } from '../../limits.ts';
import { blockCorrupt, blockMissing, blockTooLong } from '../block-errors.ts';
import { BlockIndex, type Place } from './block-index.ts';
import { claim } from './claim.ts';
import { prepare } from './format.ts';
import { Layout, temporaryId } from './layout.ts';
import { readPackTable } from './pack-file.ts';
import { PackFiles } from './pack-files.ts';
import { DiskSession } from './session.ts';

export interface DiskStoreOptions extends CallOptions {
  /** Unique in one configuration; default `local`. */
  readonly name?: string | undefined;
  /** Size at which a pack is sealed and the next one begun; default 1 GiB, below 4 GiB. */
  readonly packBytes?: number | undefined;
}

/**
 * Opens the store in `folder`, or makes it.
 * @throws ResourceError `FORMAT_UNKNOWN`, `FILE_SYSTEM` (also where the folder lies on a network file system)
 */
export async function openDiskStore(folder: string, options: DiskStoreOptions = {}): Promise<DiskStore> {
  const layout = new Layout(folder);
  await prepare(layout, options);
  const store = new DiskStore(layout, options);
  await store.refresh();
  return store;
}

/** Blocks in append-only packs on a local disk, shared by any number of processes. */
export class DiskStore implements RepairableStore {
  readonly name: string;
  readonly carriesUnixFs = false;
  readonly provesWrites = false;
  readonly #layout: Layout;
  readonly #packBytes: number;
  /** Which store of this folder the fields below tell of. */
  #made: string | null = null;
  #index = new BlockIndex();
  readonly #known = new Set<number>();
  /** Packs of this process: what it has just written it reads back from the disk, past the page cache. */
  readonly #own = new Set<number>();
  #files = new PackFiles();
  #refreshing: Promise<void> = Promise.resolve();
  #replacing: Promise<void> = Promise.resolve();

  /** Use `openDiskStore`. */
  constructor(layout: Layout, { name = 'local', packBytes = GiB }: DiskStoreOptions) {
    this.#layout = layout;
    this.name = name;
    this.#packBytes = packBytes;
  }

  async has(digests: readonly Digest[], options: CallOptions = {}): Promise<boolean[]> {
    options.signal?.throwIfAborted();
    if (!digests.every((digest) => this.#index.has(digest))) await this.refresh();
    return digests.map((digest) => this.#index.has(digest));
  }

  async read(
    digests: readonly Digest[],
    into: readonly Uint8Array[],
    options: CallOptions = {},
  ): Promise<number[]> {
    const lengths: number[] = [];
    for (const [place, digest] of digests.entries()) {
      options.signal?.throwIfAborted();
      lengths.push(await this.#readBlock(digest, into[place]!));
    }
    return lengths;
  }

  async open(options: CallOptions = {}): Promise<WriteSession> {
    options.signal?.throwIfAborted();
    await this.refresh();
    return new DiskSession({
      layout: this.#layout,
      claim: await claim(this.#layout, options),
      packBytes: this.#packBytes,
      holds: (digest) => this.#index.has(digest),
      onNamed: (pack) => this.#own.add(pack),
      onSealed: () => this.refresh(),
    });
  }

  freeBytes(): Promise<number> {
    return freeBytes(this.#layout.folder);
  }

  async protect(manifest: Digest, blocks: DigestList, options: CallOptions = {}): Promise<Digest[]> {
    return withLock(this.#layout.lock, () => this.#protectLocked(manifest, blocks), options);
  }

  replace(digest: Digest, bytes: Uint8Array, options: CallOptions = {}): Promise<void> {
    // One after the other: each is a session, and many at once would wait for each other's turns until one gives up.
    const turn = this.#replacing.catch(() => {}).then(() => this.#replaceOne(digest, bytes, options));
    this.#replacing = turn;
    return turn;
  }

  async #replaceOne(digest: Digest, bytes: Uint8Array, options: CallOptions): Promise<void> {
    this.#check(digest, bytes, 'the new bytes');
    const session = await this.open(options);
    try {
      await session.write([{ digest, bytes }], options);
      await session.seal(options);
    } catch (error) {
      await session.abort();
      throw error;
    }
    const again = new Uint8Array(bytes.byteLength);
    const [length] = await this.read([digest], [again], options);
    this.#check(digest, again.subarray(0, length), 'what was read back');
  }

  /** Learns of the packs that others have sealed. */
  refresh(): Promise<void> {
    // One after the other: a caller's own look begins after his call, and packs are added in their order.
    this.#refreshing = this.#refreshing.catch(() => {}).then(() => this.#loadPacks());
    return this.#refreshing;
  }

  /** Closes the open packs; nothing may be reading. */
  close(): Promise<void> {
    return this.#files.close();
  }

  /** A reset deletes the store; the next one in the folder counts its packs from 1 again. */
  async #followReset(): Promise<void> {
    const made = identityOf(this.#layout.format);
    if (made === this.#made) return;
    const files = this.#files;
    this.#made = made;
    this.#index = new BlockIndex();
    this.#known.clear();
    this.#own.clear();
    this.#files = new PackFiles();
    await files.close();
  }

  async #loadPacks(): Promise<void> {
    await this.#followReset();
    for (const number of await this.#layout.packNumbers()) {
      if (this.#known.has(number)) continue;
      try {
        this.#index.add(number, await readPackTable(this.#layout, number));
      } catch (error) {
        throw fileSystemError(error, this.#layout.pack(number));
      }
      this.#known.add(number);
    }
  }

  async #protectLocked(manifest: Digest, blocks: DigestList): Promise<Digest[]> {
    await this.refresh();
    const absent: Digest[] = [];
    for (const digest of blocks) if (!this.#index.has(digest)) absent.push(digest);
    if (absent.length > 0) return absent;
    const temporary = this.#layout.temporary(temporaryId(), 'root');
    try {
      await writeNew(temporary, '');
    } catch (error) {
      throw fileSystemError(error, temporary);
    }
    await commitFile(temporary, this.#layout.root(manifest));
    return [];
  }

  async #readBlock(digest: Digest, into: Uint8Array): Promise<number> {
    if (!this.#index.has(digest)) await this.refresh();
    const place = this.#index.find(digest);
    if (place === undefined) throw blockMissing(this.name, digest);
    const { length } = place;
    if (length > into.byteLength) throw blockTooLong(this.name, digest, length, into.byteLength);
    const read = await this.#readPlace(digest, place, into);
    if (read === null) throw blockMissing(this.name, digest);
    if (read < length)
      throw blockCorrupt(this.name, digest, `its pack ends after ${read} of its ${length} bytes`);
    return length;
  }

  async #readPlace(digest: Digest, place: Place, into: Uint8Array): Promise<number | null> {
    const path = this.#layout.pack(place.pack);
    try {
      return await this.#files.read(path, into, place, this.#own.has(place.pack));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EIO')
        throw blockCorrupt(this.name, digest, `the disk could not read ${path}`);
      throw fileSystemError(error, path);
    }
  }

  #check(digest: Digest, bytes: Uint8Array, what: string): void {
    const actual = digestOf(bytes);
    if (actual !== digest) throw blockCorrupt(this.name, digest, `${what} had digest ${actual}`);
  }
}
