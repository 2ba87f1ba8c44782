import type { CallOptions } from '../interfaces.ts';

/** The first that fails ends the others, and once all have ended the call does: nobody writes into a buffer after that. */
export async function together<T>(
  options: CallOptions,
  start: (signal: AbortSignal) => readonly Promise<T>[],
): Promise<T[]> {
  options.signal?.throwIfAborted();
  const others = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, others.signal]) : others.signal;
  const running = start(signal);
  try {
    return await Promise.all(running);
  } catch (error) {
    others.abort(error);
    await Promise.allSettled(running);
    throw error;
  }
}
