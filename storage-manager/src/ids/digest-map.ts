import { type Digest, digestToBytes } from './digest.ts';

/**
 * Digest → non-negative number, in typed arrays: keys and values side by side as they came, and an open table of where
 * they lie. 45 to 90 bytes an entry, where a `Map` of strings takes about 200. A list that somebody sends may hold digests of
 * nothing, made to fall into one place (40,000 took 74 s); so each map draws its own hash, a multiply-shift of all words.
 */
export class DigestMap {
  #keys = new Uint8Array(512 * 32);
  #values = new Float64Array(512);
  /** Of each entry its number from 1 on; 0 is an empty place. At most two thirds are taken. */
  #table = new Uint32Array(1024);
  #size = 0;
  /** Odd factors of the eight words. */
  readonly #factors = crypto.getRandomValues(new Uint32Array(8)).map((word) => word | 1);

  get size(): number {
    return this.#size;
  }

  has(digest: Digest): boolean {
    return this.get(digest) !== undefined;
  }

  get(digest: Digest): number | undefined {
    const entry = this.#table[this.#find(digestToBytes(digest), 0)] as number;
    return entry === 0 ? undefined : this.#values[entry - 1];
  }

  /** @param value an integer from 0 to 2^53 - 1 */
  set(digest: Digest, value: number): void {
    const key = digestToBytes(digest);
    let place = this.#find(key, 0);
    if (this.#table[place] === 0) {
      if (this.#reserve()) place = this.#find(key, 0);
      this.#keys.set(key, this.#size * 32);
      this.#size += 1;
      this.#table[place] = this.#size;
    }
    this.#values[this.#table[place]! - 1] = value;
  }

  /** The place in the table of the key at `offset` of these bytes, or the empty place where it belongs. */
  #find(bytes: Uint8Array, offset: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    let place = this.#hash(bytes, offset) >>> Math.clz32(mask);
    for (; table[place] !== 0; place = (place + 1) & mask) {
      if (equal(this.#keys, (table[place]! - 1) * 32, bytes, offset)) return place;
    }
    return place;
  }

  /** Its upper bits count: in them every bit of the words has its part. */
  #hash(bytes: Uint8Array, offset: number): number {
    let sum = 0;
    for (let word = 0, at = offset; word < 8; word += 1, at += 4) {
      const value = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      sum = (sum + Math.imul(value, this.#factors[word]!)) | 0;
    }
    return sum;
  }

  /** Makes room for one entry more. @returns whether the table is another one */
  #reserve(): boolean {
    if (this.#size === this.#values.length) {
      this.#keys = doubled(this.#keys, new Uint8Array(this.#keys.length * 2));
      this.#values = doubled(this.#values, new Float64Array(this.#values.length * 2));
    }
    if ((this.#size + 1) * 3 <= this.#table.length * 2) return false;
    this.#table = new Uint32Array(this.#table.length * 2);
    for (let entry = 0; entry < this.#size; entry += 1)
      this.#table[this.#find(this.#keys, entry * 32)] = entry + 1;
    return true;
  }
}

function doubled<T extends Uint8Array | Float64Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

function equal(keys: Uint8Array, offset: number, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < 32; i += 1) if (keys[offset + i] !== bytes[start + i]) return false;
  return true;
}
