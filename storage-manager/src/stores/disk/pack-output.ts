import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { openDirect, writePages } from '../../fs/direct.ts';

/** A new file that is written at any place, past the page cache where that can be. */
export class PackOutput {
  readonly #cached: FileHandle;
  readonly #direct: FileHandle | null;

  private constructor(cached: FileHandle, direct: FileHandle | null) {
    this.#cached = cached;
    this.#direct = direct;
  }

  static async create(file: string): Promise<PackOutput> {
    const cached = await open(file, 'wx', 0o600);
    try {
      return new PackOutput(cached, await openDirect(file, constants.O_WRONLY));
    } catch (error) {
      await cached.close();
      throw error;
    }
  }

  write(bytes: Uint8Array, offset: number): Promise<void> {
    return writePages(this.#cached, this.#direct, bytes, offset);
  }

  /** Makes all that was written durable, whichever way it went. */
  datasync(): Promise<void> {
    return this.#cached.datasync();
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#direct?.close(), this.#cached.close()]);
  }
}
