import { expect } from 'vitest';
import type { Digest } from '../../src/ids/digest.ts';
import { type FastestOptions, fastest } from '../../src/sources/fastest/fastest.ts';
import { randomBlocks } from '../../src/testing/samples/blocks.ts';
import { Seeded } from '../../src/testing/samples/seeded.ts';
import { carry, digestsOf, testEngine } from './carry.ts';
import { FakeClock } from './fake-clock.ts';
import { type FakeOptions, FakeSource } from './fake-source.ts';

export const BLOCKS = randomBlocks(200, 1_000);
export const held = new Map<Digest, Uint8Array>(BLOCKS.map(({ digest, bytes }) => [digest, bytes]));

/** One test's time, and sources of all blocks that live in it. */
export function race() {
  const clock = new FakeClock();
  return {
    clock,
    source: (name: string, more: Partial<FakeOptions> = {}) =>
      new FakeSource(name, { clock, blocks: held, ...more }),
    /** Fetches the blocks by all these sources at once, and lets time pass. */
    async fetched(sources: readonly FakeSource[], more: Partial<FastestOptions> = {}, blocks = BLOCKS) {
      const engine = testEngine();
      const random = new Seeded(7);
      const route = fastest(sources, { slots: engine.slots, clock, random: () => random.next(), ...more });
      const digests = await clock.run(carry(engine, route, blocks));
      expect(digests).toEqual(digestsOf(blocks));
    },
  };
}
