/** Time in which what was carried loses two thirds of its weight. */
const MEMORY_MS = 2_000;

/** Bytes a second, the latest counting most (an exponentially weighted average). */
export class Rate {
  readonly #now: () => number;
  #bytes = 0;
  #at: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#at = now();
  }

  add(bytes: number): void {
    this.#bytes = this.#faded() + bytes;
    this.#at = this.#now();
  }

  get bytesPerSecond(): number {
    return (this.#faded() / MEMORY_MS) * 1_000;
  }

  #faded(): number {
    return this.#bytes * Math.exp((this.#at - this.#now()) / MEMORY_MS);
  }
}
