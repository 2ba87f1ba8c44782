/** The first that fails ends the others, and once all have ended the call does: nobody writes into a buffer after that. */
export async function together<T>(
  { signal }: { readonly signal?: AbortSignal | undefined },
  start: (signal: AbortSignal) => readonly Promise<T>[],
): Promise<T[]> {
  signal?.throwIfAborted();
  const others = new AbortController();
  const running = start(either(signal, others.signal));
  try {
    return await Promise.all(running);
  } catch (error) {
    others.abort(error);
    await Promise.allSettled(running);
    throw error;
  }
}

/** Aborted when either is. */
export function either(given: AbortSignal | undefined, own: AbortSignal): AbortSignal {
  return given === undefined ? own : AbortSignal.any([given, own]);
}
