const tails = new Map<string, Promise<unknown>>();

/** Runs `work` after all earlier work of the same key in this process has settled, failed or not. */
export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const turn = (tails.get(key) ?? Promise.resolve()).then(work);
  const tail = turn.catch(() => undefined);
  tails.set(key, tail);
  try {
    return await turn;
  } finally {
    if (tails.get(key) === tail) tails.delete(key);
  }
}
