import type { CallOptions } from '../interfaces.ts';
import { either } from '../together.ts';
import type { Engine } from './engine.ts';
import type { Slot } from './slots.ts';

/**
 * The short loop: for each item take a slot, run `work`, give the slot back. Items start in order, as many at once as
 * there are slots, and end in any order; the next item is asked for only when the one before has its slot.
 *
 * The first error (of `work`, of `items`, or the caller's abort) aborts the signal that `work` gets. The call rejects
 * with that first error, once all started work has settled and `items` is closed.
 *
 * `work` must not acquire a slot: if all that run did, all would wait for each other. `items` may, since it runs
 * while the loop itself holds none, but must give it back before it yields.
 */
export async function forEachSlot<T>(
  engine: Engine,
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T, slot: Slot, signal: AbortSignal) => Promise<void>,
  options: CallOptions = {},
): Promise<void> {
  const stop = new AbortController();
  // Whichever aborts first gives the reason; later ones change nothing.
  const signal = either(options.signal, stop.signal);
  const running = new Set<Promise<void>>();

  async function run(item: T, slot: Slot): Promise<void> {
    try {
      await work(item, slot, signal);
    } catch (error) {
      stop.abort(error);
    } finally {
      engine.slots.release(slot);
    }
  }

  try {
    signal.throwIfAborted();
    for await (const item of items) {
      const started = run(item, await engine.slots.acquire({ signal }));
      running.add(started);
      started.finally(() => running.delete(started));
    }
  } catch (error) {
    stop.abort(error);
  }
  await Promise.all(running);
  signal.throwIfAborted();
}
