/**
 * How many requests a source may have in flight. The first answer comes before the second question, so that a source that
 * lies or stalls has one block at most; then one more an answer until answers take longer for it (the way is full), then
 * one more a round; half after a failure.
 */
export class Window {
  readonly #most: number;
  #size = 1;
  #starting = true;
  /** Of the largest blocks: what a manifest takes says nothing of chunks. */
  #leastMs = Number.POSITIVE_INFINITY;
  #largest = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return Math.floor(this.#size);
  }

  succeeded(bytes: number, ms: number): void {
    if (bytes > 2 * this.#largest) {
      this.#largest = bytes;
      this.#leastMs = ms;
    }
    const comparable = 2 * bytes >= this.#largest;
    if (comparable) this.#leastMs = Math.min(this.#leastMs, ms);
    if (comparable && ms > 2 * this.#leastMs) this.#starting = false;
    else this.#size = Math.min(this.#most, this.#size + (this.#starting ? 1 : 1 / this.#size));
  }

  failed(): void {
    this.#starting = false;
    this.#size = Math.max(1, this.#size / 2);
  }
}
