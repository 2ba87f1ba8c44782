import type { FileHandle } from 'node:fs/promises';
import { openDirect, writePages } from './direct.ts';
import { createFile } from './new-file.ts';

/** A new file that is written at any place, past the page cache where that can be. */
export class DirectOutput {
  readonly #cached: FileHandle;
  readonly #direct: FileHandle | null;

  private constructor(cached: FileHandle, direct: FileHandle | null) {
    this.#cached = cached;
    this.#direct = direct;
  }

  static async create(file: string): Promise<DirectOutput> {
    const cached = await createFile(file);
    try {
      return new DirectOutput(cached, await openDirect(file, 'write'));
    } catch (error) {
      await cached.close();
      throw error;
    }
  }

  write(bytes: Uint8Array, offset: number): Promise<void> {
    return writePages(this.#cached, this.#direct, bytes, offset);
  }

  /** Makes all that was written durable, whichever way it went. */
  makeDurable(): Promise<void> {
    return this.#cached.datasync();
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#direct?.close(), this.#cached.close()]);
  }
}
