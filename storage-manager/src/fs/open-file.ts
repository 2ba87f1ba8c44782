import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { syncOrRemove } from './durable.ts';
import { fileSystemError } from './errors.ts';
import { PUBLIC_FILE, setFileMode } from './modes.ts';
import { readAt } from './read-at.ts';
import { writeAt } from './write-at.ts';

/** Never waits at a pipe. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

/** A link that somebody put in its place is refused. */
const CREATE = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;

export interface OpenOptions {
  /** Open what a link leads to; default: refuse a link. */
  readonly follow?: boolean | undefined;
  /** Runs once, when the last user is done; a failed job closes without it. */
  readonly beforeClose?: ((file: OpenFile) => Promise<void>) | undefined;
}

/** A file that several chunks use at once: it closes when the last one is done and no more will come. */
export class OpenFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly #beforeClose: (file: OpenFile) => Promise<void>;
  #users = 1;

  private constructor(handle: FileHandle, path: string, beforeClose: (file: OpenFile) => Promise<void>) {
    this.handle = handle;
    this.path = path;
    this.#beforeClose = beforeClose;
  }

  /** Opens a file to be read; where its name is that of a pipe by now, it has no bytes. */
  static async open(
    path: string,
    { follow = false, beforeClose = async () => {} }: OpenOptions = {},
  ): Promise<OpenFile> {
    try {
      return new OpenFile(await open(path, follow ? READ : READ | constants.O_NOFOLLOW), path, beforeClose);
    } catch (error) {
      throw fileSystemError(error, path);
    }
  }

  /**
   * Opens a file to be written, with what an earlier run has left in it, or makes it: this long, readable by all, and
   * durable when the last user is done (`syncOrRemove`).
   */
  static async create(path: string, bytes: number): Promise<OpenFile> {
    try {
      const file = new OpenFile(await open(path, CREATE, PUBLIC_FILE), path, ({ handle }) =>
        syncOrRemove(handle, path),
      );
      await file.#shape(bytes);
      return file;
    } catch (error) {
      throw fileSystemError(error, path);
    }
  }

  /**
   * One more user; each calls `done` once. The opener is the first. Work on an item calls it before its first wait, so
   * that an item which is never worked on holds nothing.
   */
  use(): this {
    this.#users += 1;
    return this;
  }

  async done(failed = false): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    try {
      if (!failed) await this.#beforeClose(this);
    } catch (error) {
      throw fileSystemError(error, this.path);
    } finally {
      await this.handle.close();
    }
  }

  /** Reads into all of `bytes`, or less at the end of the file. @returns bytes read */
  async read(bytes: Uint8Array, offset: number): Promise<number> {
    try {
      return await readAt(this.handle, bytes, offset);
    } catch (error) {
      throw fileSystemError(error, this.path);
    }
  }

  async write(bytes: Uint8Array, offset: number): Promise<void> {
    try {
      await writeAt(this.handle, bytes, offset);
    } catch (error) {
      throw fileSystemError(error, this.path);
    }
  }

  /** What was beyond is cut off, what is new reads as zeros. */
  async #shape(bytes: number): Promise<void> {
    try {
      await this.handle.truncate(bytes);
      await setFileMode(this.handle, PUBLIC_FILE);
    } catch (error) {
      await this.handle.close();
      throw error;
    }
  }
}
