/**
 * How many requests a source may have in flight. The first answer comes before the second question, so that a source that
 * lies or stalls has one block at most; then one more an answer, after a failure half as many, and then one more a round.
 * How long answers take is not asked: they vary too much, and the fair share bounds who is slow.
 */
export class Window {
  readonly #most: number;
  #size = 1;
  #failed = false;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return Math.floor(this.#size);
  }

  succeeded(): void {
    this.#size = Math.min(this.#most, this.#size + (this.#failed ? 1 / this.#size : 1));
  }

  failed(): void {
    this.#failed = true;
    this.#size = Math.max(1, this.#size / 2);
  }
}
