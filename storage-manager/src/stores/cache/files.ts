import { constants } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CorruptError, ResourceError } from '../../errors.ts';
import { commitCopy } from '../../fs/commit.ts';
import { fileSystemError } from '../../fs/errors.ts';
import { makeFolder } from '../../fs/make-folder.ts';
import { writeNew } from '../../fs/new-file.ts';
import { readAt } from '../../fs/read-at.ts';
import { openRegular } from '../../fs/regular-file.ts';
import { removeTree } from '../../fs/remove.ts';
import { freeBytes, requireRoom } from '../../fs/room.ts';
import type { Digest } from '../../ids/digest.ts';
import { blockMissing, blockTooLong } from '../block-errors.ts';
import { folderOf, folderPath } from './places.ts';

/** A file's times say when it was used last, this exactly: a use within the same minute changes nothing on the disk. */
const TOUCH_MS = 60_000;

/** What open(2) says where there is no file, and where there is a link or a file of somebody else's. */
const ABSENT = ['ENOENT', 'ENOTDIR'];
const FOREIGN = ['ELOOP', 'EACCES', 'EPERM'];

/** One file a block, of its bytes alone and named by its digest. Whoever reads it hashes it. */
export class BlockFiles {
  readonly #folder: string;
  readonly #store: string;

  /** @param store name of the cache, for messages */
  constructor(folder: string, store: string) {
    this.#folder = folder;
    this.#store = store;
  }

  async has(digest: Digest): Promise<boolean> {
    return lstat(this.#path(digest)).then(
      (there) => there.isFile(),
      () => false,
    );
  }

  /**
   * Reads what lies under the digest's name, and notes that it was used.
   * @throws MissingError, CorruptError where it can't be the block: no file, one of nobody's, too long a one;
   *   ResourceError `FILE_SYSTEM`
   */
  async read(digest: Digest, into: Uint8Array): Promise<number> {
    const path = this.#path(digest);
    const file = await openRegular(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error) => {
      throw this.#notOpened(digest, error);
    });
    try {
      const { size, mtimeMs } = await file.stat();
      if (size > into.byteLength) throw blockTooLong(this.#store, digest, size, into.byteLength);
      const length = await readAt(file, into.subarray(0, size), 0);
      if (Math.abs(Date.now() - mtimeMs) > TOUCH_MS) await touch(file).catch(() => {});
      return length;
    } catch (error) {
      throw fileSystemError(error, path);
    } finally {
      // Nothing was written.
      await file.close().catch(() => {});
    }
  }

  /**
   * Gives the block its name: whole, by one rename. It is not synced: a torn file does not hash to its name.
   * @param temporary a name that nobody else uses, on the same file system
   * @param leave bytes that somebody needs there
   * @throws ResourceError `DISK_FULL`, `FILE_SYSTEM`
   */
  async write(
    digest: Digest,
    bytes: Uint8Array,
    { temporary, leave }: { readonly temporary: string; readonly leave: number },
  ): Promise<void> {
    const path = this.#path(digest);
    requireRoom(this.#folder, bytes.byteLength + leave, await freeBytes(dirname(temporary)));
    await writeNew(temporary, bytes);
    await commitCopy(temporary, path).catch(async (error) => {
      if (!(error instanceof ResourceError) || codeOf(error.cause) !== 'ENOENT') throw error;
      await makeFolder(dirname(path)).catch((reason) => {
        throw fileSystemError(reason, path);
      });
      await commitCopy(temporary, path);
    });
  }

  /** Removes whatever has the block's name. */
  remove(digest: Digest): Promise<void> {
    return removeTree(this.#path(digest));
  }

  #path(digest: Digest): string {
    return join(folderPath({ blocks: this.#folder }, folderOf(digest)), digest);
  }

  #notOpened(digest: Digest, error: NodeJS.ErrnoException): Error {
    if (ABSENT.includes(error.code ?? '')) return blockMissing(this.#store, digest);
    if (!(error instanceof ResourceError || FOREIGN.includes(error.code ?? '')))
      return fileSystemError(error, this.#path(digest));
    return new CorruptError('CHUNK_CORRUPT', {
      should: `block ${digest} must be a readable file in ${this.#store}`,
      was: 'something else has its name, or its rights keep this user out',
      next: 'it is removed and fetched again',
      cause: error,
    });
  }
}

async function touch(file: { utimes(atime: Date, mtime: Date): Promise<void> }): Promise<void> {
  const now = new Date();
  await file.utimes(now, now);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
