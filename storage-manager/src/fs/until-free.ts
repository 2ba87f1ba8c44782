import { BusyError } from '../errors.ts';
import type { CallOptions } from '../interfaces.ts';
import { sleep } from '../sleep.ts';
import { fileSystemError } from './errors.ts';

const DEFAULT_WAIT_MS = 10_000;

/** How often a waiting process looks again: short beside any job, long beside the 20 µs that a look costs. */
const LOOK_MS = 25;

/** From here on a person would wonder. */
const TELL_AFTER_MS = 1_000;

export interface WaitOptions extends CallOptions {
  /** How long to wait for another holder; default 10 s, 0: not at all. */
  readonly waitMs?: number | undefined;
  /** Called once, where it takes longer than a second. */
  readonly onWait?: (() => void) | undefined;
}

/**
 * Tries until no other process is in the way. SQLite's own wait would hold up this process, with its signals and
 * deadlines, so `attempt` must use a database of timeout 0. It is tried once whatever the signal says: that ends waits.
 * @param what the path, or what was done to it
 * @throws BusyError `LOCKED` when the wait is over; what `fileSystemError` makes of other failures; the signal's reason
 */
export async function untilFree<T>(
  what: string,
  attempt: () => T,
  { signal, waitMs = DEFAULT_WAIT_MS, onWait }: WaitOptions = {},
): Promise<T> {
  const start = performance.now();
  for (let told = false; ; ) {
    try {
      return attempt();
    } catch (error) {
      const reason = fileSystemError(error, what);
      if (!(reason instanceof BusyError)) throw reason;
    }
    signal?.throwIfAborted();
    const waited = performance.now() - start;
    if (waited >= waitMs) throw busy(what, waitMs);
    if (waited >= TELL_AFTER_MS && !told) {
      told = true;
      onWait?.();
    }
    await sleep(LOOK_MS, { signal });
  }
}

function busy(what: string, waitMs: number): BusyError {
  return new BusyError('LOCKED', {
    should: `${what} must become free within ${waitMs} ms`,
    was: 'another process holds it',
    next: 'wait until the other command is done, then run the same command again',
  });
}
