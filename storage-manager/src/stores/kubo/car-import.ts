import { carFrame, carHeader } from '../../format/car.ts';
import type { Block } from '../../interfaces.ts';
import { KiB } from '../../limits.ts';
import type { HttpClient } from '../../transport/client.ts';
import { callRpc, kuboError } from './rpc.ts';

/** The transport promises that a piece this large has left once the next one is asked for; smaller ones are copied. */
const LENT_BYTES = 64 * KiB;

/** The daemon may pause to write what it took, and answers once all is written. */
const IMPORT = { headersMs: 120_000, idleMs: 60_000, totalMs: 120_000 };

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
  /** The daemon's word that it holds every block; rejects as soon as that can't come any more. */
  readonly answered: Promise<void>;
  readonly #rpc: HttpClient;
  readonly #waiting: Waiting[] = [];
  /** The block whose bytes are leaving. */
  #leaving: Waiting | null = null;
  #count = 0;
  #wake: (() => void) | null = null;
  #state: 'open' | 'ending' | 'sent' | 'failed' = 'open';

  /** @param signal cuts the request; what waits then fails with its reason */
  constructor(rpc: HttpClient, signal: AbortSignal) {
    this.#rpc = rpc;
    this.answered = this.#import(signal);
    this.answered.catch((error: unknown) => this.#fail(error));
  }

  /** Resolves once the bytes have left and the buffer is the caller's again. */
  add(block: Block): Promise<void> {
    if (this.#state !== 'open')
      return this.answered.then(() => Promise.reject(new Error('the CAR has ended')));
    return new Promise((sent, failed) => {
      this.#waiting.push({ block, sent, failed });
      this.#wake?.();
    });
  }

  /** Ends the CAR behind what was added. */
  end(): Promise<void> {
    if (this.#state === 'open') this.#state = 'ending';
    this.#wake?.();
    return this.answered;
  }

  async #import(signal: AbortSignal): Promise<void> {
    const what = 'the import of blocks';
    let imported: unknown = 0;
    const said = await callRpc(
      this.#rpc,
      {
        call: 'dag/import',
        query: { 'pin-roots': 'false', stats: 'true' },
        what,
        maxBytes: 64 * KiB,
        headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
        body: this.#pieces(),
      },
      ({ Stats }) => {
        imported = (Stats as { BlockCount: number }).BlockCount;
      },
      { signal, deadlines: IMPORT },
    );
    const failure = said ?? this.#shortfall(imported);
    if (failure !== null) throw kuboError(this.#rpc.endpoint, what, failure);
  }

  #shortfall(imported: unknown): string | null {
    if (this.#state !== 'sent') return 'it answered before it had all of them';
    return imported === this.#count ? null : `it took ${imported} of the ${this.#count} blocks sent`;
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
        this.#leaving = next;
        yield frame;
        yield bytes;
        this.#leaving = null;
        next.sent();
      }
    }
    if (this.#state === 'failed') return;
    this.#state = 'sent';
    yield Buffer.from(TAIL);
  }

  async #next(): Promise<Waiting | null> {
    while (this.#waiting.length === 0 && this.#state === 'open')
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    return this.#waiting.shift() ?? null;
  }

  #fail(error: unknown): void {
    this.#state = 'failed';
    this.#leaving?.failed(error);
    for (const { failed } of this.#waiting.splice(0)) failed(error);
    this.#wake?.();
  }
}
