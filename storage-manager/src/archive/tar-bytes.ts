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

  /** It holds no more: a plain tar what its file has, a packed one what gzip may make of that. */
  readonly #most: number;

  private constructor(pieces: Pieces, most: number) {
    this.#pieces = pieces;
    this.#most = most;
  }

  /** Reads from the start of the file. @param packed by gzip */
  static async of(file: FileHandle, packed: boolean, { signal }: CallOptions): Promise<TarBytes> {
    const { size } = await file.stat();
    return packed
      ? new TarBytes(gunzipped(file, size, signal), Math.max(GiB, size * MAX_GZIP_RATIO))
      : new TarBytes(plain(file, signal), size);
  }

  /** Bytes read and passed so far. */
  get position(): number {
    return this.#position;
  }

  /** Whether so many bytes can follow, before any is read. @throws PolicyError `ARCHIVE_INVALID` */
  checkHolds(length: number): void {
    if (this.#position + length > this.#most) throw endsEarly();
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
      if (piece === null) throw endsEarly();
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
      if (piece === null) throw endsEarly();
      left -= piece.length;
    }
  }

  close(): Promise<void> {
    return this.#pieces.close();
  }
}

function endsEarly(): Error {
  return invalidArchive('it ends too early: part of it is missing');
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

/** `gzip` and `tar` pass over zeros behind the last member, with which tapes were filled up: so does this. */
function gunzipped(file: FileHandle, size: number, signal: AbortSignal | undefined): Pieces {
  const packed = file.createReadStream({ start: 0, autoClose: false, highWaterMark: MiB });
  // An error of either side ends the other, and reaches whoever reads the last.
  const unpacked = pipeline(packed, createGunzip({ chunkSize: MiB }), () => {});
  const pieces = unpacked[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let bytes = 0;
  return {
    next: async () => {
      signal?.throwIfAborted();
      const { done, value } = await pieces.next().catch((error: Error) => {
        signal?.throwIfAborted();
        // The file system's own errors have a number.
        const { errno, code } = error as NodeJS.ErrnoException;
        throw errno === undefined || code?.startsWith('Z_')
          ? invalidArchive(`its gzip is damaged (${error.message})`, error)
          : error;
      });
      if (done) {
        await checkZeros(file, unpacked.bytesWritten, size);
        return null;
      }
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

async function checkZeros(file: FileHandle, from: number, size: number): Promise<void> {
  const window = Buffer.allocUnsafe(WINDOW);
  for (let offset = from; offset < size; ) {
    const length = await readAt(file, window, offset);
    if (length === 0) return;
    if (window.subarray(0, length).some((byte) => byte !== 0))
      throw invalidArchive('more follows after the end of its gzip');
    offset += length;
  }
}
