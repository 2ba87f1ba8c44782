/**
 * How many requests a source may have in flight. The first answer comes before the second question, so that a source that
 * lies or stalls has one block at most; then one more an answer until answers take longer for it (the way is full), then
 * one more a round; half after a failure.
 */
export class Window {
  readonly #most: number;
  #size = 1;
  #starting = true;
  #leastMs = Number.POSITIVE_INFINITY;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return Math.floor(this.#size);
  }

  succeeded(ms: number): void {
    this.#leastMs = Math.min(this.#leastMs, ms);
    if (ms > 2 * this.#leastMs) this.#starting = false;
    else this.#size = Math.min(this.#most, this.#size + (this.#starting ? 1 : 1 / this.#size));
  }

  failed(): void {
    this.#starting = false;
    this.#size = Math.max(1, this.#size / 2);
  }
}
