import { KiB } from '../limits.ts';
import { TransportFault } from './fault.ts';
import { Gathered } from './gathered.ts';

const MAX_LINE_BYTES = 64 * KiB;
const NEWLINE = 0x0a;

/** Cuts a body into lines while it arrives; holds at most one unfinished line. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #room: number;
  readonly #line = new Gathered();

  /** @param maxBytes of all lines */
  constructor(onLine: (line: string) => void, maxBytes: number) {
    this.#onLine = onLine;
    this.#room = maxBytes;
  }

  /** @throws TransportFault for a line of more than 64 KiB, or more than `maxBytes` in all; what `onLine` throws */
  push(piece: Uint8Array): void {
    this.#room -= piece.byteLength;
    if (this.#room < 0) throw new TransportFault('its answer was longer than it may be');
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      this.#add(piece.subarray(from, end));
      this.end();
      from = end + 1;
    }
    this.#add(piece.subarray(from));
  }

  /** The present line ends here, or the body does: its last line may lack its newline. */
  end(): void {
    const line = this.#line.text;
    this.#line.clear();
    if (line !== '') this.#onLine(line);
  }

  #add(piece: Uint8Array): void {
    if (this.#line.length + piece.byteLength > MAX_LINE_BYTES)
      throw new TransportFault(`a line passed ${MAX_LINE_BYTES} bytes`);
    this.#line.add(piece);
  }
}
