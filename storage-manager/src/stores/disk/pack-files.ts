import type { FileHandle } from 'node:fs/promises';
import { readAt } from '../../fs/read-at.ts';
import { openRegular } from './pack-file.ts';

/** Packs that stay open for the next read. */
const MAX_IDLE = 16;

interface OpenPack {
  readonly handle: Promise<FileHandle | null>;
  readers: number;
}

/** Reads from packs, the last used of which stay open. */
export class PackFiles {
  /** By path, the last used one last. */
  readonly #packs = new Map<string, OpenPack>();
  #maxIdle = MAX_IDLE;

  /** Fills `into` from `position` on. @returns bytes read, fewer where the file ends; null where there is no file */
  async read(path: string, into: Uint8Array, position: number): Promise<number | null> {
    const pack = this.#take(path);
    try {
      const handle = await pack.handle;
      return handle === null ? null : await readAt(handle, into, position);
    } finally {
      pack.readers -= 1;
      await this.#closeIdle();
    }
  }

  /** Closes all; what is being read, right afterwards. */
  close(): Promise<void> {
    this.#maxIdle = 0;
    return this.#closeIdle();
  }

  #take(path: string): OpenPack {
    const pack = this.#packs.get(path) ?? this.#open(path);
    this.#packs.delete(path);
    this.#packs.set(path, pack);
    pack.readers += 1;
    return pack;
  }

  #open(path: string): OpenPack {
    const pack = { handle: openRegular(path), readers: 0 };
    // A failure (too many open files) holds for its own readers only; the next one tries again.
    pack.handle.catch(() => {
      if (this.#packs.get(path) === pack) this.#packs.delete(path);
    });
    return pack;
  }

  async #closeIdle(): Promise<void> {
    for (const [path, pack] of this.#packs) {
      if (this.#packs.size <= this.#maxIdle) return;
      if (pack.readers > 0) continue;
      this.#packs.delete(path);
      await (await pack.handle)?.close();
    }
  }
}
