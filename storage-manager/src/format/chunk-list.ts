import type { Digest } from '../ids/digest.ts';
import { DigestList } from '../ids/digest-list.ts';

/** The index in memory: digest and size of every chunk in order, packed in 36 bytes each. */
export class ChunkList {
  readonly digests: DigestList;
  #sizes: Uint32Array;
  #bytes = 0;

  /** @param capacity chunks to make room for at first; the list grows by itself. */
  constructor(capacity = 64) {
    this.digests = new DigestList(capacity);
    this.#sizes = new Uint32Array(Math.max(1, capacity));
  }

  get count(): number {
    return this.digests.count;
  }

  /** Sum of the sizes; a chunk that occurs twice counts twice. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @param size bytes of the chunk as stored, below 2^32 */
  push(digest: Digest, size: number): void {
    this.#pushSize(size);
    this.digests.push(digest);
  }

  /** The same of the digest's 32 bytes, which are copied. */
  pushBytes(digest: Uint8Array, size: number): void {
    this.#pushSize(size);
    this.digests.pushBytes(digest);
  }

  #pushSize(size: number): void {
    if (this.count === this.#sizes.length) {
      const grown = new Uint32Array(this.#sizes.length * 2);
      grown.set(this.#sizes);
      this.#sizes = grown;
    }
    this.#sizes[this.count] = size;
    this.#bytes += size;
  }

  digestAt(index: number): Digest {
    return this.digests.at(index);
  }

  sizeAt(index: number): number {
    if (index < 0 || index >= this.count) throw new RangeError(`no chunk ${index} of ${this.count}`);
    return this.#sizes[index]!;
  }
}
