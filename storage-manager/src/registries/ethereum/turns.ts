import type { CallOptions } from '../../interfaces.ts';

const tails = new Map<string, Promise<unknown>>();

/** Runs `work` once all earlier work of the same key in this process has settled, failed or not. Not reentrant. */
export async function inTurn<T>(
  key: string,
  work: () => Promise<T>,
  { signal }: CallOptions = {},
): Promise<T> {
  signal?.throwIfAborted();
  let begun = false;
  const turn = (tails.get(key) ?? Promise.resolve()).then(() => {
    signal?.throwIfAborted();
    begun = true;
    return work();
  });
  const tail = turn.catch(() => undefined);
  tails.set(key, tail);
  void tail.then(() => tails.get(key) === tail && tails.delete(key));
  if (signal === undefined) return turn;
  // Who still waits for his turn leaves at once; work that has begun looks at the signal itself.
  const { promise: left, reject } = Promise.withResolvers<never>();
  const leave = () => {
    if (!begun) reject(signal.reason);
  };
  signal.addEventListener('abort', leave, { once: true });
  return Promise.race([turn, left]).finally(() => signal.removeEventListener('abort', leave));
}
