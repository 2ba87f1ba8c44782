import { TransportFault } from './fault.ts';
import { MAX_HEAD_BYTES, parseFields } from './head.ts';

/** Of a chunk's size with its extensions. */
const MAX_SIZE_LINE = 1_024;

/** Takes a body of the chunked transfer coding (RFC 9112 §7.1) out of what arrives. */
export class ChunkedBody {
  readonly #take: (piece: Uint8Array) => void;
  #line = '';
  /** Bytes of the present chunk that are to come. */
  #left = 0;
  #expects: 'size' | 'data' | 'end of data' | 'trailer' = 'size';
  readonly #trailerLines: string[] = [];
  #trailerBytes = 0;
  /** Known when the body has ended. */
  trailers: ReadonlyMap<string, string> | null = null;

  constructor(take: (piece: Uint8Array) => void) {
    this.#take = take;
  }

  /** @returns how many of the bytes belong to the body: all unless it has ended. @throws TransportFault */
  push(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.byteLength && this.trailers === null) {
      at += this.#expects === 'data' ? this.#data(bytes.subarray(at)) : this.#text(bytes.subarray(at));
    }
    return at;
  }

  #data(bytes: Uint8Array): number {
    const piece = bytes.subarray(0, this.#left);
    this.#take(piece);
    this.#left -= piece.byteLength;
    if (this.#left === 0) this.#expects = 'end of data';
    return piece.byteLength;
  }

  /** Up to the end of one line. */
  #text(bytes: Uint8Array): number {
    const newline = bytes.indexOf(0x0a);
    const used = newline === -1 ? bytes.byteLength : newline + 1;
    this.#line += Buffer.from(bytes.buffer, bytes.byteOffset, used).toString('latin1');
    const limit = this.#expects === 'trailer' ? MAX_HEAD_BYTES - this.#trailerBytes : MAX_SIZE_LINE;
    if (this.#line.length > limit) throw new TransportFault('a line between its chunks is too long');
    if (newline === -1) return used;
    if (!this.#line.endsWith('\r\n')) throw new TransportFault('a line between its chunks ends without CR');
    const line = this.#line.slice(0, -2);
    this.#line = '';
    this.#read(line);
    return used;
  }

  #read(line: string): void {
    if (this.#expects === 'size') {
      const [, size] = /^([\da-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line) ?? [];
      if (size === undefined) throw new TransportFault('a chunk of its answer has no size');
      this.#left = Number.parseInt(size, 16);
      this.#expects = this.#left === 0 ? 'trailer' : 'data';
    } else if (this.#expects === 'end of data') {
      if (line !== '') throw new TransportFault('a chunk of its answer is longer than its size');
      this.#expects = 'size';
    } else if (line === '') {
      this.trailers = parseFields(this.#trailerLines);
    } else {
      this.#trailerBytes += line.length + 2;
      this.#trailerLines.push(line);
    }
  }
}
