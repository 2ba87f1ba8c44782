import { type Digest, digestFromBytes, digestToBytes } from './digest.ts';

/** Digests in order, packed: 32 bytes each, so that a million take 32 MB (an array of strings takes 90). */
export class DigestList {
  #bytes: Uint8Array;
  #count = 0;

  /** @param capacity digests to make room for at first; the list grows by itself. */
  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(Math.max(1, capacity) * 32);
  }

  static of(digests: Iterable<Digest>): DigestList {
    const list = new DigestList();
    for (const digest of digests) list.push(digest);
    return list;
  }

  /** Wraps packed digests without a copy. @param packed a whole number of 32-byte digests */
  static wrap(packed: Uint8Array): DigestList {
    if (packed.byteLength % 32 !== 0)
      throw new RangeError(`${packed.byteLength} bytes are not whole digests`);
    const list = new DigestList(0);
    list.#bytes = packed;
    list.#count = packed.byteLength / 32;
    return list;
  }

  get count(): number {
    return this.#count;
  }

  push(digest: Digest): void {
    this.pushBytes(digestToBytes(digest));
  }

  /** @param digest 32 bytes, which are copied */
  pushBytes(digest: Uint8Array): void {
    if (digest.byteLength !== 32) throw new RangeError(`a digest has 32 bytes, not ${digest.byteLength}`);
    this.#reserve(this.#count + 1);
    this.#bytes.set(digest, this.#count * 32);
    this.#count += 1;
  }

  at(index: number): Digest {
    return digestFromBytes(this.bytesAt(index));
  }

  /** The 32 bytes of one digest, as a view. */
  bytesAt(index: number): Uint8Array {
    if (index < 0 || index >= this.#count) throw new RangeError(`no digest ${index} of ${this.#count}`);
    return this.#bytes.subarray(index * 32, index * 32 + 32);
  }

  /** Digests `first` to `first + count` (fewer at the end), packed, as a view. */
  packed(first = 0, count = this.#count - first): Uint8Array {
    return this.#bytes.subarray(first * 32, Math.min(first + count, this.#count) * 32);
  }

  *[Symbol.iterator](): IterableIterator<Digest> {
    for (let index = 0; index < this.#count; index += 1) yield this.at(index);
  }

  #reserve(count: number): void {
    if (count * 32 <= this.#bytes.byteLength) return;
    const grown = new Uint8Array(Math.max(count * 32, this.#bytes.byteLength * 2));
    grown.set(this.#bytes.subarray(0, this.#count * 32));
    this.#bytes = grown;
  }
}
