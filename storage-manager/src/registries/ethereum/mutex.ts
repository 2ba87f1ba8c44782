import type { CallOptions } from '../../interfaces.ts';
import { orAborted } from '../../or-aborted.ts';

const tails = new Map<string, Promise<unknown>>();

/** Runs `work` once all earlier work of the same key in this process has settled, failed or not. Not reentrant. */
export async function withMutex<T>(
  key: string,
  work: () => Promise<T>,
  { signal }: CallOptions = {},
): Promise<T> {
  signal?.throwIfAborted();
  const begun = Promise.withResolvers<void>();
  const turn = (tails.get(key) ?? Promise.resolve()).then(() => {
    signal?.throwIfAborted();
    begun.resolve();
    return work();
  });
  const tail = turn.catch(() => undefined);
  tails.set(key, tail);
  void tail.then(() => tails.get(key) === tail && tails.delete(key));
  // Who still waits for his turn leaves at once; work that has begun looks at the signal itself.
  await orAborted(begun.promise, signal);
  return turn;
}
