import { carFrame, carHeader } from '../../format/car.ts';
import type { Block } from '../../interfaces.ts';
import { KiB } from '../../limits.ts';
import type { HttpClient } from '../../transport/client.ts';
import { failureOf, kuboError, rpcPath } from './rpc.ts';

/** The transport promises that a piece this large has left once the next one is asked for; smaller ones are copied. */
const LENT_BYTES = 64 * KiB;

/** The daemon syncs what it took before it answers. */
const FLUSH = { headersMs: 120_000, totalMs: 120_000 };

const BOUNDARY = 'ballast-car-7f3a9c51e2';
const HEAD = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="blocks.car"\r\nContent-Type: application/octet-stream\r\n\r\n`;
const TAIL = `\r\n--${BOUNDARY}--\r\n`;

interface Waiting {
  readonly block: Block;
  readonly sent: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * One `dag/import` of a CAR that is written while it is sent: twice as fast as `block/put` (measured: 1 GiB in 1.87 s
 * against 3.5 s and more). All CIDs are raw, whatever the block is: Kubo keys its blocks by the multihash alone. The
 * daemon refuses bytes of another digest, and its answer must count as many blocks as were sent.
 */
export class CarImport {
  readonly #rpc: HttpClient;
  readonly #stop = new AbortController();
  readonly #waiting: Waiting[] = [];
  readonly #answered: Promise<void>;
  #current: Waiting | null = null;
  #ended = false;
  #wake: (() => void) | null = null;
  #count = 0;

  constructor(rpc: HttpClient) {
    this.#rpc = rpc;
    this.#answered = this.#import();
    this.#answered.catch((error: unknown) => this.#fail(error));
  }

  /** Resolves once the bytes have left and the buffer is the caller's again. */
  add(block: Block): Promise<void> {
    return new Promise((sent, failed) => {
      if (this.#stop.signal.aborted) return failed(this.#stop.signal.reason);
      this.#waiting.push({ block, sent, failed });
      this.#wake?.();
    });
  }

  /** Ends the CAR and waits for the daemon's word that it holds every block. */
  end(): Promise<void> {
    this.#ended = true;
    this.#wake?.();
    return this.#answered;
  }

  /** Cuts the request; what waits and what comes later fails with `reason`. */
  abort(reason: unknown): void {
    this.#fail(reason);
  }

  async #import(): Promise<void> {
    const what = 'the import of blocks';
    let imported = 0;
    const answer = await this.#rpc.lines(
      {
        method: 'POST',
        path: rpcPath('dag/import', { 'pin-roots': 'false', stats: 'true' }),
        what,
        headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
        body: this.#pieces(),
      },
      (line) => {
        imported = JSON.parse(line).Stats?.BlockCount ?? imported;
      },
      64 * KiB,
      { signal: this.#stop.signal, deadlines: FLUSH },
    );
    const failure =
      failureOf(answer) ??
      (imported === this.#count ? null : `it took ${imported} of the ${this.#count} blocks sent`);
    if (failure !== null) throw kuboError(this.#rpc.endpoint, what, failure);
  }

  async *#pieces(): AsyncGenerator<Uint8Array> {
    yield Buffer.concat([Buffer.from(HEAD), carHeader([])]);
    for (let next = await this.#next(); next !== null; next = await this.#next()) {
      const { digest, bytes } = next.block;
      const frame = carFrame(digest, bytes.byteLength);
      this.#count += 1;
      if (bytes.byteLength < LENT_BYTES) {
        const copied = Buffer.concat([frame, bytes]);
        next.sent();
        yield copied;
      } else {
        this.#current = next;
        yield frame;
        yield bytes;
        this.#current = null;
        next.sent();
      }
    }
    yield Buffer.from(TAIL);
  }

  async #next(): Promise<Waiting | null> {
    while (this.#waiting.length === 0 && !this.#ended && !this.#stop.signal.aborted)
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    return this.#waiting.shift() ?? null;
  }

  #fail(error: unknown): void {
    this.#stop.abort(error);
    this.#current?.failed(error);
    for (const waiting of this.#waiting.splice(0)) waiting.failed(error);
    this.#wake?.();
  }
}
