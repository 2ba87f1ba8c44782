import { UnavailableError } from '../../src/errors.ts';
import { type Digest, digestOf } from '../../src/ids/digest.ts';
import type { CallOptions, ChunkSource } from '../../src/interfaces.ts';
import type { Clock } from '../../src/sources/clock.ts';
import { blockCorrupt, blockMissing } from '../../src/stores/block-errors.ts';

/** The transport ends a silence. */
const STALL_MS = 15_000;

/** How a fake source answers its n-th question (from 1). */
export type Answer = 'right' | 'wrong' | 'missing' | 'down' | 'busy' | 'stall';

export interface FakeOptions {
  readonly clock: Clock;
  readonly blocks: ReadonlyMap<Digest, Uint8Array>;
  /** Of each answer. */
  readonly ms?: number | ((asked: number) => number);
  readonly answer?: (asked: number, digest: Digest) => Answer;
  /** Of a busy one. */
  readonly retryAfterMs?: number;
}

/** A source behind a network that is only played: its answers take fake time. */
export class FakeSource implements ChunkSource {
  readonly name: string;
  readonly #options: FakeOptions;
  /** When each question came, and for what. */
  readonly asked: { readonly at: number; readonly digest: Digest }[] = [];
  inFlight = 0;
  mostInFlight = 0;
  /** Bytes of right answers. */
  sent = 0;
  /** Buffers that are being written to, over all sources: no two reads may share one. */
  static readonly busy = new Set<number>();

  constructor(name: string, options: FakeOptions) {
    this.name = name;
    this.#options = options;
  }

  async has(digests: readonly Digest[]): Promise<boolean[]> {
    return digests.map((digest) => this.#options.blocks.has(digest));
  }

  async read(
    digests: readonly Digest[],
    into: readonly Uint8Array[],
    { signal }: CallOptions = {},
  ): Promise<number[]> {
    return Promise.all(digests.map((digest, place) => this.#readOne(digest, into[place]!, signal)));
  }

  async #readOne(digest: Digest, into: Uint8Array, signal: AbortSignal | undefined): Promise<number> {
    const { clock, ms = 10, answer = () => 'right', blocks, retryAfterMs = 0 } = this.#options;
    const number = this.asked.push({ at: clock.now(), digest });
    if (FakeSource.busy.has(into.byteOffset)) throw new Error('two reads write one buffer');
    FakeSource.busy.add(into.byteOffset);
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      const kind = answer(number, digest);
      const takes = typeof ms === 'number' ? ms : ms(number);
      await clock.sleep(kind === 'stall' ? STALL_MS : takes, signal);
      const bytes = blocks.get(digest);
      if (kind === 'missing' || bytes === undefined) throw blockMissing(this.name, digest);
      if (kind === 'down' || kind === 'busy' || kind === 'stall')
        throw down(this.name, kind === 'busy' ? retryAfterMs : null);
      if (bytes.byteLength > into.byteLength) throw blockCorrupt(this.name, digest, `${this.name} sent more`);
      into.set(bytes);
      if (kind === 'right') {
        this.sent += bytes.byteLength;
        return bytes.byteLength;
      }
      into[0]! ^= 1;
      throw blockCorrupt(
        this.name,
        digest,
        `${this.name} sent digest ${digestOf(into.slice(0, bytes.byteLength))}`,
      );
    } finally {
      FakeSource.busy.delete(into.byteOffset);
      this.inFlight -= 1;
    }
  }
}

function down(name: string, retryAfterMs: number | null): UnavailableError {
  return new UnavailableError('STORE_UNREACHABLE', {
    should: `${name} must answer`,
    was: `${name} did not`,
    next: 'wait',
    retryAfterMs,
  });
}
