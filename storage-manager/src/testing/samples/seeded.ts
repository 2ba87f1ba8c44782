import { createCipheriv } from 'node:crypto';

/** Numbers that look random and are the same for the same seed: a run that fails can be run again (mulberry32). */
export class Seeded {
  #state: number;

  /** @param seed 32 bits of it count */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** One that depends on all of these alone (FNV-1a). */
  static of(...parts: readonly (string | number)[]): Seeded {
    let hash = 0x811c9dc5;
    for (const byte of Buffer.from(parts.join(' '))) hash = Math.imul(hash ^ byte, 0x01000193);
    return new Seeded(hash);
  }

  /** From 0 up to 1, without 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to `end`, without `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** @param items not empty */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  bytes(length: number): Uint8Array {
    const key = Buffer.alloc(32);
    key.writeUInt32LE(this.below(2 ** 32));
    return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
  }
}
