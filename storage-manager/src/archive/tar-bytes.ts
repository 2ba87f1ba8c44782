import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { readAt } from '../fs/read-at.ts';
import type { CallOptions } from '../interfaces.ts';
import { GiB, KiB, MAX_GZIP_RATIO, MiB } from '../limits.ts';
import { invalidArchive } from './errors.ts';

/** Headers lie apart from each other: reading more at once would read what is skipped. */
const WINDOW = 64 * KiB;

/** Where the bytes of a tar come from, piece by piece. */
interface Pieces {
  /** The next bytes, up to about 1 MiB; null at the end. */
  next(): Promise<Uint8Array | null>;
  /** Passes over bytes that nobody has asked for, where that is cheaper than reading them. @returns how many */
  pass(length: number): number;
  close(): Promise<void>;
}

/** The bytes of a tar in their order, decompressed where they are compressed; memory stays below 3 MiB. */
export class TarBytes {
  readonly #pieces: Pieces;
  #piece: Uint8Array = new Uint8Array(0);
  #position = 0;

  private constructor(pieces: Pieces) {
    this.#pieces = pieces;
  }

  /** Reads from the start of the file. @param packed by gzip */
  static of(file: FileHandle, packed: boolean, { signal }: CallOptions): TarBytes {
    return new TarBytes(packed ? gunzipped(file, signal) : plain(file, signal));
  }

  /** Bytes read and passed so far. */
  get position(): number {
    return this.#position;
  }

  /** The next 1 to `most` bytes; null at the end. Nobody writes to them again. */
  async some(most: number): Promise<Uint8Array | null> {
    while (this.#piece.length === 0) {
      const next = await this.#pieces.next();
      if (next === null) return null;
      this.#piece = next;
    }
    const taken = this.#piece.subarray(0, most);
    this.#piece = this.#piece.subarray(taken.length);
    this.#position += taken.length;
    return taken;
  }

  /** Exactly that many bytes. @throws PolicyError `ARCHIVE_INVALID` where the archive ends before */
  async read(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const piece = await this.some(length - done);
      if (piece === null) throw invalidArchive('it ends too early: part of it is missing');
      bytes.set(piece, done);
      done += piece.length;
    }
    return bytes;
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0; ) {
      if (this.#piece.length === 0) {
        const passed = this.#pieces.pass(left);
        this.#position += passed;
        left -= passed;
        if (left === 0) return;
      }
      const piece = await this.some(left);
      if (piece === null) throw invalidArchive('it ends too early: part of it is missing');
      left -= piece.length;
    }
  }

  close(): Promise<void> {
    return this.#pieces.close();
  }
}

function plain(file: FileHandle, signal: AbortSignal | undefined): Pieces {
  let offset = 0;
  return {
    next: async () => {
      signal?.throwIfAborted();
      const window = Buffer.allocUnsafe(WINDOW);
      const length = await readAt(file, window, offset);
      offset += length;
      return length === 0 ? null : window.subarray(0, length);
    },
    pass: (length) => {
      offset += length;
      return length;
    },
    close: async () => {},
  };
}

function gunzipped(file: FileHandle, signal: AbortSignal | undefined): Pieces {
  const packed = file.createReadStream({ start: 0, autoClose: false, highWaterMark: MiB });
  // An error of either side ends the other, and reaches whoever reads the last.
  const unpacked = pipeline(packed, createGunzip({ chunkSize: MiB }), () => {});
  const pieces = unpacked[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let bytes = 0;
  return {
    next: async () => {
      signal?.throwIfAborted();
      const { done, value } = await pieces.next().catch((error: Error) => {
        const { code } = error as NodeJS.ErrnoException;
        throw code?.startsWith('Z_')
          ? invalidArchive(`its gzip is damaged (${error.message})`, error)
          : error;
      });
      if (done) return null;
      bytes += value.length;
      if (bytes > GiB && bytes > packed.bytesRead * MAX_GZIP_RATIO)
        throw invalidArchive(`it unfolds to more than ${MAX_GZIP_RATIO} times its size`);
      return value;
    },
    pass: () => 0,
    close: async () => {
      unpacked.destroy();
    },
  };
}
