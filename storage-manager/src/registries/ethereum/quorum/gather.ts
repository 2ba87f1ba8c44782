import type { CallOptions } from '../../../interfaces.ts';
import { orAborted } from '../../../or-aborted.ts';
import { either } from '../../../together.ts';

/**
 * Asks all at once. Ends as soon as the answers so far are enough, or once all are there; what is still on its way then is
 * given up.
 * @returns in the order in which they came
 */
export async function gather<T>(
  asks: readonly ((options: CallOptions) => Promise<T>)[],
  enough: (answers: readonly T[]) => boolean,
  { signal }: CallOptions,
): Promise<readonly T[]> {
  signal?.throwIfAborted();
  const over = new AbortController();
  const stop = either(signal, over.signal);
  const answers: T[] = [];
  const satisfied = Promise.withResolvers<void>();
  const all = Promise.all(
    asks.map(async (ask) => {
      const answer = await ask({ signal: stop });
      if (over.signal.aborted) return;
      answers.push(answer);
      if (enough(answers)) satisfied.resolve();
    }),
  );
  try {
    await orAborted(Promise.race([satisfied.promise, all]), signal);
    return answers;
  } finally {
    over.abort();
    all.catch(() => undefined);
  }
}
