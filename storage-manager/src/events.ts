import type { CallOptions } from './interfaces.ts';

/** Part of a long job, in the order of its work. */
export type ProgressStep =
  | 'receive'
  | 'unpack'
  | 'publish'
  | 'read-back'
  | 'plan'
  | 'fetch'
  | 'verify'
  | 'archive'
  | 'compare';

/** How far a step is. Byte counts are cumulative within the step. */
export interface ProgressEvent {
  readonly type: 'progress';
  readonly step: ProgressStep;
  /** Bytes done, of `totalBytes` (null while the total is not known). */
  readonly bytes: number;
  readonly totalBytes: number | null;
  /** Bytes that did not have to travel: deduped at publish, reused at fetch. */
  readonly savedBytes: number;
}

/** One line that a person should see although nothing failed: a warning, a repair, a price. */
export interface NoteEvent {
  readonly type: 'note';
  readonly level: 'debug' | 'info' | 'warning';
  readonly text: string;
}

/** A wait whose end is known: told again and again until it is over. */
export interface WaitEvent {
  readonly type: 'wait';
  /** What for. */
  readonly text: string;
  readonly seconds: number;
}

/** What a long job tells its caller while it runs. */
export type BallastEvent = ProgressEvent | NoteEvent | WaitEvent;

/** Must not throw and must return at once. */
export type OnEvent = (event: BallastEvent) => void;

/** What every long job takes. */
export interface JobOptions extends CallOptions {
  /** Told of progress, warnings and repairs. */
  readonly onEvent?: OnEvent | undefined;
}

/** `debug`: one line a step of the flow, for who asks for them (`DEBUG=1`); digests and counts, never a secret. */
export function note({ onEvent }: JobOptions, level: NoteEvent['level'], text: string): void {
  onEvent?.({ type: 'note', level, text });
}

export function waiting({ onEvent }: JobOptions, text: string, seconds: number): void {
  onEvent?.({ type: 'wait', text, seconds });
}

/** Counts the bytes of one step and tells the caller after each change. */
export class Meter {
  readonly #step: ProgressStep;
  readonly #totalBytes: number | null;
  readonly #onEvent: OnEvent | undefined;
  #bytes = 0;
  #savedBytes = 0;

  constructor(step: ProgressStep, totalBytes: number | null, { onEvent }: JobOptions) {
    this.#step = step;
    this.#totalBytes = totalBytes;
    this.#onEvent = onEvent;
    this.add(0);
  }

  /** @param saved whether these bytes did not have to travel */
  add(bytes: number, saved = false): void {
    this.#bytes += bytes;
    if (saved) this.#savedBytes += bytes;
    this.#onEvent?.({
      type: 'progress',
      step: this.#step,
      bytes: this.#bytes,
      totalBytes: this.#totalBytes,
      savedBytes: this.#savedBytes,
    });
  }
}
