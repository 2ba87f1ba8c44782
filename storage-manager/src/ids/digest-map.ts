import { type Digest, digestToBytes } from './digest.ts';

const EMPTY = -1;

/**
 * Digest → non-negative number, in typed arrays with open addressing: 60 to 120 bytes an entry, where a
 * `Map` of strings takes about 200. A digest is uniform, so its first four bytes are the hash.
 */
export class DigestMap {
  #keys = new Uint8Array(1024 * 32);
  #values = new Float64Array(1024).fill(EMPTY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(digest: Digest): boolean {
    return this.get(digest) !== undefined;
  }

  get(digest: Digest): number | undefined {
    const value = this.#values[this.#find(this.#keys, this.#values, digestToBytes(digest))] as number;
    return value === EMPTY ? undefined : value;
  }

  /** @param value an integer from 0 to 2^53 - 1 */
  set(digest: Digest, value: number): void {
    if (this.#size * 3 >= this.#values.length * 2) this.#grow();
    this.#put(this.#keys, this.#values, digestToBytes(digest), value);
  }

  #put(keys: Uint8Array, values: Float64Array, key: Uint8Array, value: number): void {
    const place = this.#find(keys, values, key);
    if (values[place] === EMPTY) {
      keys.set(key, place * 32);
      this.#size += 1;
    }
    values[place] = value;
  }

  /** The place of `key`, or the empty place where it belongs; the table is never full. */
  #find(keys: Uint8Array, values: Float64Array, key: Uint8Array): number {
    const mask = values.length - 1;
    const start = (key[0]! | (key[1]! << 8) | (key[2]! << 16) | (key[3]! << 24)) & mask;
    for (let place = start; ; place = (place + 1) & mask) {
      if (values[place] === EMPTY || equal(keys, place * 32, key)) return place;
    }
  }

  #grow(): void {
    const keys = new Uint8Array(this.#keys.length * 2);
    const values = new Float64Array(this.#values.length * 2).fill(EMPTY);
    const old = this.#values;
    this.#size = 0;
    for (let place = 0; place < old.length; place += 1) {
      if (old[place] !== EMPTY)
        this.#put(keys, values, this.#keys.subarray(place * 32, place * 32 + 32), old[place]!);
    }
    this.#keys = keys;
    this.#values = values;
  }
}

function equal(keys: Uint8Array, offset: number, key: Uint8Array): boolean {
  for (let i = 0; i < 32; i += 1) if (keys[offset + i] !== key[i]) return false;
  return true;
}
