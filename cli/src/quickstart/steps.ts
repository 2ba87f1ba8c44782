import { paint, printable, writeLine } from '../output.ts';
import type { Progress } from '../progress.ts';

export interface Step {
  readonly text: string;
  readonly seconds: number;
}

/** Numbered, timed, one line a step. */
export class Steps {
  readonly done: Step[] = [];
  readonly #silent: boolean;
  readonly #progress: Progress;

  /** @param silent collect only, for `--json` */
  constructor(silent: boolean, progress: Progress) {
    this.#silent = silent;
    this.#progress = progress;
  }

  /** @param work says what it did */
  async run(work: () => Promise<string>): Promise<void> {
    const start = performance.now();
    const text = await work();
    const seconds = Math.round(performance.now() - start) / 1000;
    this.done.push({ text, seconds });
    this.#progress.clear();
    if (this.#silent) return;
    const number = `${this.done.length}.`.padStart(3);
    writeLine(`${paint('dim', number)} ${printable(text)} ${paint('dim', `(${seconds.toFixed(1)} s)`)}`);
  }

  detail(text: string): void {
    if (!this.#silent) writeLine(`    ${paint('dim', printable(text))}`);
  }
}
