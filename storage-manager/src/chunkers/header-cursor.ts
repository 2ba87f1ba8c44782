import type { RandomAccess } from '../interfaces.ts';
import { KiB } from '../limits.ts';

/** Bytes read at once; what is skipped is not read at all, unless it lies in between. */
const WINDOW_BYTES = 64 * KiB;

const LINE_FEED = 0x0a;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a binary little-endian header from front to back through one window: `load` makes bytes readable, the others
 * read what is loaded. What it refuses is a SyntaxError.
 */
export class HeaderCursor {
  readonly #file: RandomAccess;
  readonly #end: number;
  #window: DataView = new DataView(new ArrayBuffer(0));
  #windowStart = 0;
  #at = 0;

  /** @param end no byte from here on is read or skipped */
  constructor(file: RandomAccess, end: number, start = 0) {
    this.#file = file;
    this.#end = end;
    this.#at = start;
  }

  /** Bytes passed so far. */
  get position(): number {
    return this.#at;
  }

  /** Refuses a header in which fewer bytes can follow. */
  expect(bytes: number): void {
    if (bytes > this.#end - this.#at)
      throw new SyntaxError(`${bytes} bytes at byte ${this.#at} leave the header`);
  }

  /** Whether that many bytes must be loaded first; asked in long loops, for an `await` costs more than all the rest. */
  lacks(bytes: number): boolean {
    return this.#at + bytes > this.#windowStart + this.#window.byteLength;
  }

  async load(bytes: number): Promise<void> {
    this.expect(bytes);
    if (!this.lacks(bytes)) return;
    const length = Math.min(Math.max(bytes, WINDOW_BYTES), this.#end - this.#at);
    const window = await this.#file.read(this.#at, length);
    this.#window = new DataView(window.buffer, window.byteOffset, length);
    this.#windowStart = this.#at;
  }

  uint8(): number {
    return this.#window.getUint8(this.#pass(1));
  }

  uint32(): number {
    return this.#window.getUint32(this.#pass(4), true);
  }

  /** A 64-bit number; no count, length or offset reaches 2^53. */
  uint64(): number {
    const place = this.#pass(8);
    const number = this.#window.getUint32(place + 4, true) * 2 ** 32 + this.#window.getUint32(place, true);
    if (!Number.isSafeInteger(number)) throw new SyntaxError(`a number before byte ${this.#at} reaches 2^53`);
    return number;
  }

  text(bytes: number): string {
    const start = this.#window.byteOffset + this.#pass(bytes);
    try {
      return utf8.decode(new Uint8Array(this.#window.buffer, start, bytes));
    } catch (cause) {
      throw new SyntaxError('not UTF-8', { cause });
    }
  }

  latin1(bytes: number): string {
    const start = this.#window.byteOffset + this.#pass(bytes);
    return latin1(new Uint8Array(this.#window.buffer, start, bytes));
  }

  /**
   * Up to the next line feed, which is passed over, or to the end.
   * @param most bytes of it that are kept, as Latin-1
   */
  async line(most: number): Promise<string> {
    let kept = '';
    for (;;) {
      await this.load(1);
      const from = this.#at - this.#windowStart;
      const rest = new Uint8Array(
        this.#window.buffer,
        this.#window.byteOffset + from,
        this.#window.byteLength - from,
      );
      const feed = rest.indexOf(LINE_FEED);
      const line = feed < 0 ? rest : rest.subarray(0, feed);
      kept += latin1(line.subarray(0, most - kept.length));
      this.#at += line.byteLength + (feed < 0 ? 0 : 1);
      if (feed >= 0 || this.#at === this.#end) return kept;
    }
  }

  skip(bytes: number): void {
    this.expect(bytes);
    this.#at += bytes;
  }

  /** @returns the place in the window of the bytes passed */
  #pass(bytes: number): number {
    const place = this.#at - this.#windowStart;
    this.#at += bytes;
    return place;
  }
}

/** Of a few bytes. */
function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
