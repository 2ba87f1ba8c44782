/** How long each part of one exchange may take, in milliseconds. Time spent waiting for the caller never counts. */
export interface Deadlines {
  readonly connectMs: number;
  /** From the end of the request to the head of the answer. */
  readonly headersMs: number;
  /** Between two pieces of the answer's body, and for each piece of the request's body to leave. */
  readonly idleMs: number;
  /** From the end of the request to the end of the answer. */
  readonly totalMs: number;
}

/** A block of 1 MiB that arrives at the least allowed pace, 64 KiB/s, ends well within `totalMs`. */
export const DEADLINES: Deadlines = { connectMs: 5_000, headersMs: 10_000, idleMs: 15_000, totalMs: 30_000 };

/** The deadlines of one exchange: one timer for the part that runs now, one for the whole. */
export class Watch {
  readonly #expired: (was: string) => void;
  #part: NodeJS.Timeout | undefined;
  #whole: NodeJS.Timeout | undefined;

  /** @param expired told once, with what did not happen in time */
  constructor(expired: (was: string) => void) {
    this.#expired = expired;
  }

  /** The whole must end within `ms` from now. */
  begin(ms: number): void {
    this.#whole ??= setTimeout(() => this.#expired(`it did not end within ${ms / 1_000} s`), ms);
  }

  /** The next thing must happen within `ms`; ends what was expected before. */
  expect(what: string, ms: number): void {
    clearTimeout(this.#part);
    this.#part = setTimeout(() => this.#expired(`${what} did not come within ${ms / 1_000} s`), ms);
  }

  /** What is expected has partly happened: the same time again. */
  refresh(): void {
    this.#part?.refresh();
  }

  /** Nothing is expected from the peer. */
  rest(): void {
    clearTimeout(this.#part);
    this.#part = undefined;
  }

  end(): void {
    this.rest();
    clearTimeout(this.#whole);
  }
}
