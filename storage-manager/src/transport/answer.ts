import { ChunkedBody } from './chunked.ts';
import { TransportFault } from './fault.ts';
import { type Head, MAX_HEAD_BYTES, parseHead } from './head.ts';

/** Where the body of an answer goes. Throwing ends the exchange. */
export interface Sink {
  /** Memory for the next bytes of the body; null: they come by `take`. @param most how many may come */
  place(most: number): Uint8Array | null;
  /** So many bytes lie where `place` said last. */
  placed(count: number): void;
  /** A piece of the body, valid during the call only. */
  take(piece: Uint8Array): void;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** Servers may announce what they do before they answer (RFC 9110 §15.2); this often at most. */
const MAX_INTERIM = 10;

/** Reads one answer from the bytes of a connection: interim heads, the head, the body, the trailers. */
export class AnswerReader {
  readonly #begin: (head: Head) => Sink;
  readonly #bodyless: boolean;
  #sink: Sink | null = null;
  #text = '';
  #interim = 0;
  #head: Head | null = null;
  /** Bytes of a body of known length that are to come. */
  #left = 0;
  #chunked: ChunkedBody | null = null;
  /** Known once the answer is whole. */
  trailers: ReadonlyMap<string, string> | null = null;

  /** @param begin told the head, before anything of the body: where that goes @param bodyless it answers a HEAD */
  constructor(begin: (head: Head) => Sink, bodyless = false) {
    this.#begin = begin;
    this.#bodyless = bodyless;
  }

  get head(): Head | null {
    return this.#head;
  }

  get begun(): boolean {
    return this.#text !== '' || this.#interim > 0 || this.#head !== null;
  }

  /** Where the next bytes of the connection may be put; null: anywhere, then `push` them. */
  place(): Uint8Array | null {
    const room = this.#left > 0 ? (this.#sink?.place(this.#left) ?? null) : null;
    return room === null || room.byteLength === 0 ? null : room.subarray(0, this.#left);
  }

  /** So many bytes lie where `place` said last. */
  placed(count: number): void {
    this.#left -= count;
    this.#sink?.placed(count);
    if (this.#left === 0) this.trailers = NONE;
  }

  /** @throws TransportFault where they are no answer, or more than one; what the sink throws */
  push(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.byteLength > 0) {
      if (this.trailers !== null) throw new TransportFault('it sent more than one answer');
      rest = rest.subarray(this.#head === null ? this.#readHead(rest) : this.#readBody(rest));
    }
  }

  /** The peer has closed the connection. @throws TransportFault unless that ends the answer */
  end(): void {
    if (this.trailers !== null) return;
    if (this.#head?.framing !== 'close')
      throw new TransportFault(`the connection was closed ${this.begun ? 'within' : 'before'} its answer`, {
        unanswered: !this.begun,
      });
    this.trailers = NONE;
  }

  #readHead(bytes: Uint8Array): number {
    const before = this.#text.length;
    const most = Math.min(bytes.byteLength, MAX_HEAD_BYTES + 1 - before);
    this.#text += Buffer.from(bytes.buffer, bytes.byteOffset, most).toString('latin1');
    const end = this.#text.indexOf('\r\n\r\n', Math.max(0, before - 3));
    if (end === -1 || end > MAX_HEAD_BYTES) {
      if (this.#text.length > MAX_HEAD_BYTES)
        throw new TransportFault(`the head of its answer passed ${MAX_HEAD_BYTES} bytes`);
      return most;
    }
    const head = parseHead(this.#text.slice(0, end));
    this.#text = '';
    if (head.status < 200) this.#pass(head);
    else this.#start(head);
    return end + 4 - before;
  }

  #pass({ status }: Head): void {
    this.#interim++;
    if (status === 101 || this.#interim > MAX_INTERIM)
      throw new TransportFault(`it answered ${status}${status === 101 ? '' : ' again and again'}`);
  }

  #start(head: Head): void {
    this.#head = head;
    const sink = this.#begin(head);
    this.#sink = sink;
    if (this.#bodyless) this.trailers = NONE;
    else if (typeof head.framing === 'number') this.#left = head.framing;
    else if (head.framing === 'chunked') this.#chunked = new ChunkedBody((piece) => sink.take(piece));
    if (head.framing === 0) this.trailers = NONE;
  }

  #readBody(bytes: Uint8Array): number {
    if (this.#chunked !== null) {
      const used = this.#chunked.push(bytes);
      this.trailers = this.#chunked.trailers;
      return used;
    }
    if (this.#head?.framing === 'close') {
      this.#sink?.take(bytes);
      return bytes.byteLength;
    }
    const piece = bytes.subarray(0, this.#left);
    this.#sink?.take(piece);
    this.#left -= piece.byteLength;
    if (this.#left === 0) this.trailers = NONE;
    return piece.byteLength;
  }
}
