import { type FileHandle, open } from 'node:fs/promises';
import { fileSystemError } from './errors.ts';
import { readAt } from './read-at.ts';
import { writeAt } from './write-at.ts';

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

  /** @param beforeClose runs once, when the last user is done; a failed job closes without it */
  static async open(
    path: string,
    flags: string | number,
    beforeClose: (file: OpenFile) => Promise<void> = async () => {},
  ): Promise<OpenFile> {
    try {
      return new OpenFile(await open(path, flags), path, beforeClose);
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

  /** Makes the file this long; what was beyond is cut off, what is new reads as zeros. */
  async resize(bytes: number): Promise<void> {
    await this.handle.truncate(bytes).catch((error) => {
      throw fileSystemError(error, this.path);
    });
  }

  async write(bytes: Uint8Array, offset: number): Promise<void> {
    try {
      await writeAt(this.handle, bytes, offset);
    } catch (error) {
      throw fileSystemError(error, this.path);
    }
  }
}
