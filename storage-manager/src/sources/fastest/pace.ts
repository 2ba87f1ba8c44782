/** Before any block has come. */
const UNKNOWN_MS = 500;

/** Never sooner: a timer's own error, and a garbage collection, are no sign of a slow source. */
const LEAST_MS = 100;

/** How long a block takes, over all sources: mean and mean deviation, as TCP times its retransmissions (RFC 6298). */
export class Pace {
  /** Of the largest blocks: what a manifest takes says nothing of chunks. */
  #mean: number | null = null;
  #deviation = 0;
  #largest = 0;

  add(bytes: number, ms: number): void {
    if (2 * bytes < this.#largest) return;
    const first = bytes > 2 * this.#largest;
    this.#largest = Math.max(this.#largest, bytes);
    if (first || this.#mean === null) {
      this.#mean = ms;
      this.#deviation = ms / 2;
      return;
    }
    this.#deviation += (Math.abs(ms - this.#mean) - this.#deviation) / 4;
    this.#mean += (ms - this.#mean) / 8;
  }

  /** A block that takes longer than this is late. */
  get lateMs(): number {
    if (this.#mean === null) return UNKNOWN_MS;
    return Math.max(LEAST_MS, this.#mean + 4 * this.#deviation);
  }
}
