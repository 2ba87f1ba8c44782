import type { Seeded } from '../samples/seeded.ts';

/** Numbers at which parsers break: the ends of every width, and sizes that nothing can have. */
const EDGES: readonly bigint[] = [0n, 1n, 7n, 8n, 16n, 31n, 32n, 53n, 62n, 63n, 64n].flatMap((bits) => [
  (1n << bits) - 1n,
  1n << bits,
  -(1n << bits),
]);

const MOST_BYTES = 4096;

/** One change of the bytes, which are not written to. */
type Change = (bytes: Uint8Array) => Uint8Array;

/**
 * Makes hostile inputs out of sound ones: bits and bytes flipped, pieces doubled, dropped, moved or taken from another
 * sample, numbers of every width set to their edges, words of the format put anywhere. The same seed gives the same inputs.
 */
export class Mutator {
  readonly #random: Seeded;
  readonly #samples: readonly Uint8Array[];
  readonly #words: readonly Uint8Array[];
  readonly #changes: readonly Change[];

  /** @param words what the format's own parser looks for */
  constructor(random: Seeded, samples: readonly Uint8Array[], words: readonly Uint8Array[]) {
    this.#random = random;
    this.#samples = samples;
    this.#words = words.length > 0 ? words : samples;
    this.#changes = [
      (bytes) => this.#flip(bytes),
      (bytes) => this.#flip(bytes),
      (bytes) => this.#number(bytes),
      (bytes) => this.#splice(bytes, this.#piece(bytes), 0),
      (bytes) => this.#splice(bytes, new Uint8Array(), 1 + random.below(16)),
      (bytes) => this.#splice(bytes, this.#piece(random.pick(samples)), random.below(16)),
      (bytes) => this.#splice(bytes, random.pick(this.#words), random.pick([0, 0, random.below(8)])),
      (bytes) => bytes.subarray(0, random.below(bytes.byteLength + 1)),
      (bytes) => this.#repeat(bytes),
    ];
  }

  /** A sample with one to six changes. */
  next(): Uint8Array {
    let bytes = this.#random.pick(this.#samples);
    for (let left = 1 + this.#random.below(6); left > 0; left -= 1)
      bytes = this.#random.pick(this.#changes)(bytes);
    return bytes.subarray(0, MOST_BYTES);
  }

  #flip(bytes: Uint8Array): Uint8Array {
    const changed = new Uint8Array(bytes);
    const at = this.#random.below(changed.byteLength);
    if (changed.byteLength > 0)
      changed[at] = this.#random.chance(0.5)
        ? changed[at]! ^ (1 << this.#random.below(8))
        : this.#random.below(256);
    return changed;
  }

  #number(bytes: Uint8Array): Uint8Array {
    const width = this.#random.pick([1, 2, 4, 8]);
    if (bytes.byteLength < width) return bytes;
    const number = new DataView(new ArrayBuffer(8));
    const little = this.#random.chance(0.5);
    number.setBigInt64(0, BigInt.asIntN(64, this.#random.pick(EDGES)), little);
    const changed = new Uint8Array(bytes);
    const from = little ? 0 : 8 - width;
    changed.set(new Uint8Array(number.buffer, from, width), this.#random.below(bytes.byteLength - width + 1));
    return changed;
  }

  #piece(bytes: Uint8Array): Uint8Array {
    const from = this.#random.below(bytes.byteLength + 1);
    return bytes.subarray(from, from + 1 + this.#random.below(32));
  }

  /** Puts a piece anywhere, in place of so many bytes. */
  #splice(bytes: Uint8Array, piece: Uint8Array, instead: number): Uint8Array {
    const at = this.#random.below(bytes.byteLength + 1);
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + instead)]);
  }

  #repeat(bytes: Uint8Array): Uint8Array {
    const piece = this.#piece(bytes);
    return this.#splice(bytes, Buffer.concat(Array(1 + this.#random.below(64)).fill(piece)), 0);
  }
}
