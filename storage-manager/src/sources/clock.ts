import { setTimeout } from 'node:timers/promises';

/** Time as routes see it. */
export interface Clock {
  /** Milliseconds that only rise. */
  now(): number;
  /** Rejects once the signal is aborted; of more than 24 days wakes after so many, and whoever waits looks at the time again. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A timer that is set for longer goes off at once. */
const LONGEST_MS = 2 ** 31 - 1;

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => setTimeout(Math.min(ms, LONGEST_MS), undefined, signal && { signal }),
};
