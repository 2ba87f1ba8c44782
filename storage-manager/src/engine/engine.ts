import { Pool } from './pool.ts';
import { Slots } from './slots.ts';

/** What a job runs on: everything that waits runs in the caller, everything that computes in the pool, on the slots. */
export interface Engine {
  readonly slots: Slots;
  readonly pool: Pool;
  close(): Promise<void>;
}

/**
 * Starts no thread until one is needed.
 * @param options `slots`: the memory bound, default 16 (16.1 MiB); `workers`: threads, default one a core, at most 8
 */
export function openEngine(options: { slots?: number; workers?: number } = {}): Engine {
  const slots = new Slots(options.slots);
  const pool = new Pool(slots.memory, options.workers);
  return { slots, pool, close: () => pool.close() };
}
