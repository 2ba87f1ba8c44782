import { expect, test } from 'vitest';
import { isAboutThisSource } from '../../src/sources/attempts.ts';
import { fastest } from '../../src/sources/fastest/fastest.ts';
import { merged } from '../../src/sources/merged.ts';
import { randomBlocks } from '../../src/testing/samples/blocks.ts';
import { Seeded } from '../../src/testing/samples/seeded.ts';
import { carry, digestsOf, testEngine } from './carry.ts';
import { FakeClock } from './fake-clock.ts';
import { type Answer, FakeSource } from './fake-source.ts';
import { mapOf } from './gateways.ts';

const SEEDS = process.env.BALLAST_DEEP ? 10_000 : 150;
const ANSWERS: readonly Answer[] = ['wrong', 'missing', 'down', 'busy', 'stall'];
const BLOCKS = randomBlocks(60, 100);

/** One of random speed, that does some of what sources do, more or less often, and may have some blocks only. */
function anySource(name: string, clock: FakeClock, random: Seeded): FakeSource {
  const kinds = ANSWERS.filter(() => random.chance(0.4));
  const rate = random.pick([0, 0.02, 0.3, 1]);
  const pace = random.pick([1, 10, 100, 2_000]);
  return new FakeSource(name, {
    clock,
    blocks: mapOf(random.chance(0.2) ? BLOCKS.slice(0, 30) : BLOCKS),
    ms: () => pace * (0.5 + random.next()),
    answer: () => (kinds.length > 0 && random.chance(rate) ? random.pick(kinds) : 'right'),
    retryAfterMs: random.pick([0, 500, 30_000]),
  });
}

test(
  `in ${SEEDS} mixes of sources everything ends: with the right bytes, and always where one source is honest`,
  async () => {
    const engine = testEngine(8);
    let delivered = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const random = new Seeded(seed);
      const clock = new FakeClock();
      const sources = Array.from({ length: 1 + random.below(5) }, (_, at) =>
        anySource(`s${at}`, clock, random),
      );
      const honest = random.chance(0.7);
      if (honest)
        sources.push(new FakeSource('honest', { clock, blocks: mapOf(BLOCKS), ms: random.pick([1, 300]) }));
      const route = merged(fastest(sources, { slots: engine.slots, clock, random: () => random.next() }));
      const outcome = await clock.run(carry(engine, route, BLOCKS)).catch((error: unknown) => error);
      if (Array.isArray(outcome)) {
        expect(outcome, `seed ${seed}`).toEqual(digestsOf(BLOCKS));
        delivered += 1;
      } else {
        expect(isAboutThisSource(outcome) && !honest, `seed ${seed}: ${outcome}`).toBe(true);
      }
      // Nobody goes on behind the caller's back, and every buffer has come back.
      expect(
        sources.map(({ inFlight }) => inFlight),
        `seed ${seed}`,
      ).toEqual(sources.map(() => 0));
      const slots = await Promise.all(Array.from({ length: 8 }, () => engine.slots.acquire()));
      for (const slot of slots) engine.slots.release(slot);
    }
    expect(delivered).toBeGreaterThan(0.7 * SEEDS);
  },
  60_000 + 60 * SEEDS,
);
