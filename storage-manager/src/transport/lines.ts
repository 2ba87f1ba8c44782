import { KiB } from '../limits.ts';
import { TransportFault } from './fault.ts';

const MAX_LINE_BYTES = 64 * KiB;
const NEWLINE = 0x0a;

/** Cuts a body into lines while it arrives; holds at most one unfinished line. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #room: number;
  #begun = Buffer.alloc(0);

  /** @param maxBytes of all lines */
  constructor(onLine: (line: string) => void, maxBytes: number) {
    this.#onLine = onLine;
    this.#room = maxBytes;
  }

  /** @throws TransportFault for a line of more than 64 KiB, or more than `maxBytes` in all; what `onLine` throws */
  push(piece: Uint8Array): void {
    this.#room -= piece.byteLength;
    if (this.#room < 0) throw new TransportFault('its answer was longer than it may be');
    const bytes = Buffer.concat([this.#begun, piece]);
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      this.#emit(bytes.subarray(from, end));
      from = end + 1;
    }
    this.#begun = bytes.subarray(from);
    this.#check(this.#begun);
  }

  /** The body has ended; a last line may lack its newline. */
  end(): void {
    this.#emit(this.#begun);
    this.#begun = Buffer.alloc(0);
  }

  #emit(line: Buffer): void {
    this.#check(line);
    if (line.byteLength > 0) this.#onLine(line.toString('utf8'));
  }

  #check(line: Buffer): void {
    if (line.byteLength > MAX_LINE_BYTES) throw new TransportFault(`a line passed ${MAX_LINE_BYTES} bytes`);
  }
}
