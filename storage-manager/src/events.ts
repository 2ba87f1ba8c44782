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

/** What a long job tells its caller while it runs. */
export type BallastEvent = ProgressEvent | NoteEvent;

/** Must not throw and must return at once. */
export type OnEvent = (event: BallastEvent) => void;
