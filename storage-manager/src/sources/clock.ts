import { setTimeout } from 'node:timers/promises';

/** Time as routes see it. */
export interface Clock {
  /** Milliseconds that only rise. */
  now(): number;
  /** Rejects once the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, signal && { signal }),
};
