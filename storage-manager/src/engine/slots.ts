import type { CallOptions } from '../interfaces.ts';
import { DEFAULT_SLOTS, KiB, SLOT_BYTES, SPARE_SLOTS } from '../limits.ts';

const WASM_PAGE = 64 * KiB;

/** One page-aligned piece of the shared memory, room for any stored block. */
export interface Slot {
  readonly index: number;
  /** `SLOT_BYTES` long; what an earlier holder left in it is still there. */
  readonly bytes: Uint8Array;
}

/**
 * The memory bound and the back-pressure of every job: who needs a buffer waits for a slot, in order of asking.
 * The operating system gives a page when it is first touched, so slots that never were in use at once cost nothing.
 */
export class Slots {
  readonly count: number;
  /** Begins on a page; slot `i` lies at `i * SLOT_BYTES`, a multiple of 4 KiB as direct I/O wants. */
  readonly memory: SharedArrayBuffer;
  /** Last out, first in: the pages in the processor's cache are taken again. */
  readonly #free: Slot[] = [];
  /** Beside those that are counted. */
  readonly #spare: Slot[] = [];
  readonly #held = new Set<Slot>();
  readonly #waiting = new Set<(slot: Slot) => void>();

  constructor(count: number = DEFAULT_SLOTS) {
    this.count = count;
    const all = count + SPARE_SLOTS;
    const pages = Math.ceil((all * SLOT_BYTES) / WASM_PAGE);
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }).buffer;
    for (let index = all - 1; index >= 0; index -= 1) {
      const slot = { index, bytes: new Uint8Array(this.memory, index * SLOT_BYTES, SLOT_BYTES) };
      (index < count ? this.#free : this.#spare).push(slot);
    }
  }

  /** Waits until a slot is free. Who holds one while it waits for another can wait for ever: see `forEachSlot`. */
  async acquire({ signal }: CallOptions = {}): Promise<Slot> {
    signal?.throwIfAborted();
    const slot = this.#free.pop() ?? (await this.#wait(signal));
    this.#held.add(slot);
    return slot;
  }

  /** A slot that is free now, or one of the few that are kept for this; null where there is none. Never waits. */
  spare(): Slot | null {
    const slot = this.#free.pop() ?? this.#spare.pop();
    if (slot === undefined) return null;
    this.#held.add(slot);
    return slot;
  }

  /** @throws RangeError when the slot is not held: a slot given back twice would serve two chunks at once. */
  release(slot: Slot): void {
    if (!this.#held.delete(slot)) throw new RangeError(`slot ${slot.index} is not held`);
    const [next] = this.#waiting;
    if (slot.index >= this.count) this.#spare.push(slot);
    else if (next === undefined) this.#free.push(slot);
    else next(slot);
  }

  async #wait(signal: AbortSignal | undefined): Promise<Slot> {
    const { promise, resolve, reject } = Promise.withResolvers<Slot>();
    const take = (slot: Slot) => {
      this.#waiting.delete(take);
      resolve(slot);
    };
    const abort = () => {
      // A slot that was handed over in the same turn is kept: `reject` then does nothing.
      this.#waiting.delete(take);
      reject(signal?.reason);
    };
    this.#waiting.add(take);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }
}
