import { BusyError } from '../../errors.ts';
import type { CallOptions } from '../../interfaces.ts';
import { orAborted } from '../../or-aborted.ts';
import { either } from '../../together.ts';

/** As long as others are waited for between processes. */
const WAIT_MS = 600_000;

const tails = new Map<string, Promise<unknown>>();

export interface MutexOptions extends CallOptions {
  /** How long to wait for earlier work. Default: ten minutes. */
  readonly waitMs?: number | undefined;
}

/**
 * Runs `work` once all earlier work of the same key in this process has settled, failed or not. Not reentrant.
 * @throws BusyError `LOCKED` when the wait is over
 */
export async function withMutex<T>(
  key: string,
  work: () => Promise<T>,
  { signal, waitMs = WAIT_MS }: MutexOptions = {},
): Promise<T> {
  signal?.throwIfAborted();
  const patience = new AbortController();
  const waiting = either(signal, patience.signal);
  const begun = Promise.withResolvers<void>();
  const turn = (tails.get(key) ?? Promise.resolve()).then(() => {
    waiting.throwIfAborted();
    begun.resolve();
    return work();
  });
  const tail = turn.catch(() => undefined);
  tails.set(key, tail);
  void tail.then(() => tails.get(key) === tail && tails.delete(key));
  const timer = setTimeout(() => patience.abort(busy(key, waitMs)), waitMs);
  // Who still waits for his turn leaves at once; work that has begun looks at the signal itself.
  await orAborted(begun.promise, waiting).finally(() => clearTimeout(timer));
  return turn;
}

function busy(key: string, waitMs: number): BusyError {
  return new BusyError('LOCKED', {
    should: `the turn of ${key} must come within ${waitMs} ms`,
    was: 'other work of this process has it',
    next: 'wait until that is done, then run the same command again',
  });
}
