/** What may be spent on top of the plain work: so much at once, and so much more a success. */
export class Allowance {
  readonly #most: number;
  readonly #perSuccess: number;
  #left: number;

  constructor(most: number, perSuccess: number) {
    this.#most = most;
    this.#perSuccess = perSuccess;
    this.#left = most;
  }

  get left(): boolean {
    return this.#left >= 1;
  }

  spend(): void {
    this.#left -= 1;
  }

  earn(): void {
    this.#left = Math.min(this.#most, this.#left + this.#perSuccess);
  }
}
