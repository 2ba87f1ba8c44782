import type { FileHandle } from 'node:fs/promises';
import { openDirect, readPages } from '../../fs/direct.ts';
import { findRegular } from '../../fs/regular-file.ts';
import type { Extent } from './table.ts';

/** Packs that stay open for the next read, each by one or two descriptors. */
const MAX_IDLE = 8;

interface Handles {
  readonly cached: FileHandle;
  readonly direct: FileHandle | null;
}

interface OpenPack {
  /** Null where there is no file. */
  readonly handles: Promise<Handles | null>;
  readers: number;
}

/** Reads from packs, the last used of which stay open. */
export class PackFiles {
  /** By path, the last used one last. */
  readonly #packs = new Map<string, OpenPack>();
  #maxIdle = MAX_IDLE;

  /**
   * Reads as `readPages` does. @param direct past the page cache; the same in each call for one path
   * @returns bytes read, fewer where the file ends; null where there is no file
   */
  async read(
    path: string,
    into: Uint8Array,
    { offset, length }: Extent,
    direct: boolean,
  ): Promise<number | null> {
    const pack = this.#take(path, direct);
    try {
      const handles = await pack.handles;
      if (handles === null) return null;
      return await readPages(handles.cached, handles.direct, into, length, offset);
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

  #take(path: string, direct: boolean): OpenPack {
    const pack = this.#packs.get(path) ?? this.#open(path, direct);
    this.#packs.delete(path);
    this.#packs.set(path, pack);
    pack.readers += 1;
    return pack;
  }

  #open(path: string, direct: boolean): OpenPack {
    const pack = { handles: openHandles(path, direct), readers: 0 };
    // A failure (too many open files) holds for its own readers only; the next one tries again.
    pack.handles.catch(() => {
      if (this.#packs.get(path) === pack) this.#packs.delete(path);
    });
    return pack;
  }

  async #closeIdle(): Promise<void> {
    for (const [path, pack] of this.#packs) {
      if (this.#packs.size <= this.#maxIdle) return;
      if (pack.readers > 0) continue;
      this.#packs.delete(path);
      const handles = await pack.handles;
      await handles?.direct?.close();
      await handles?.cached.close();
    }
  }
}

async function openHandles(path: string, direct: boolean): Promise<Handles | null> {
  const cached = await findRegular(path);
  if (cached === null) return null;
  try {
    return { cached, direct: direct ? await openDirect(path, 'read') : null };
  } catch (error) {
    await cached.close();
    throw error;
  }
}
