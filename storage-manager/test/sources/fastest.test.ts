import { beforeEach, describe, expect, test } from 'vitest';
import { Breaker } from '../../src/sources/fastest/breaker.ts';
import { fastest } from '../../src/sources/fastest/fastest.ts';
import { Seeded } from '../../src/testing/samples/seeded.ts';
import { carry, digestsOf, testEngine } from './carry.ts';
import { BLOCKS, held, race } from './race.ts';

let { clock, source, fetched } = race();
beforeEach(() => {
  ({ clock, source, fetched } = race());
});

describe('several sources at once', () => {
  test('the fast ones carry nearly all, a slow one holds few buffers', async () => {
    const [a, b, slow] = [source('a'), source('b'), source('slow', { ms: 500 })];
    await fetched([a, b, slow]);
    expect(a.sent + b.sent).toBeGreaterThan(0.95 * 200_000);
    expect(slow.mostInFlight).toBeLessThan(3);
  });

  test('a far one with a wide way gets more requests in flight than the first', async () => {
    const far = source('far', { ms: 300 });
    await fetched([far]);
    expect(far.mostInFlight).toBe(16);
    expect(clock.now()).toBeLessThan((200 / 16) * 300 * 2);
  });

  test('one that has not a block is asked for it once, and for others as ever', async () => {
    const half = new Map([...held].slice(0, 100));
    const [some, all] = [source('some', { blocks: half }), source('all', { ms: 30 })];
    await fetched([some, all]);
    expect(new Set(some.asked.map(({ digest }) => digest)).size).toBe(some.asked.length);
    expect(some.sent).toBeGreaterThan(50_000);
  });

  test('one that has nothing is asked now and then', async () => {
    const [empty, all] = [
      source('empty', { blocks: new Map(), ms: 1 }),
      source('all', { ms: (asked) => 50 + ((asked * 7) % 50) }),
    ];
    await fetched([empty, all]);
    expect(empty.asked.length).toBeLessThan(40);
  });

  test('where nobody has a block the error names all, and nobody is asked twice', async () => {
    const sources = ['a', 'b', 'c'].map((name) => source(name, { blocks: new Map() }));
    await expect(fetched(sources, {}, BLOCKS.slice(0, 1))).rejects.toMatchObject({
      kind: 'missing',
      attempts: [{ kind: 'missing' }, { kind: 'missing' }, { kind: 'missing' }],
    });
    for (const { asked } of sources) expect(asked).toHaveLength(1);
  });

  test('nobody is waited for long who never answered', async () => {
    const [a, b] = [source('a', { answer: () => 'down' }), source('b', { answer: () => 'down' })];
    await expect(fetched([a, b])).rejects.toMatchObject({ code: 'SOURCES_EXHAUSTED', exit: 5 });
    expect(clock.now()).toBeLessThan(2_000);
  });

  test('an abort ends all that wait and all that run', async () => {
    const engine = testEngine(4);
    const stop = new AbortController();
    const stalling = ['a', 'b'].map((name) => source(name, { answer: () => 'stall' }));
    const route = fastest(stalling, { slots: engine.slots, clock });
    const work = carry(engine, route, BLOCKS, stop.signal);
    clock.sleep(5_000).then(() => stop.abort(new Error('enough')));
    await expect(clock.run(work)).rejects.toThrow('enough');
    expect(stalling.map(({ inFlight }) => inFlight)).toEqual([0, 0]);
    const all = await Promise.all(Array.from({ length: 4 }, () => engine.slots.acquire()));
    expect(all).toHaveLength(4);
  });

  test('a single buffer is enough', async () => {
    const engine = testEngine(1);
    const sources = [
      source('stalls', { answer: () => 'stall' }),
      source('flaps', { answer: flaps }),
      source('c'),
    ];
    const route = fastest(sources, { slots: engine.slots, clock, random: () => 0.5 });
    expect(await clock.run(carry(engine, route, BLOCKS.slice(0, 20)))).toEqual(
      digestsOf(BLOCKS.slice(0, 20)),
    );
  });
});

const flaps = (asked: number) => (asked % 2 === 0 ? 'right' : 'down');

describe('liars', () => {
  test('A1: whoever sent one wrong bit is asked for nothing more in the run', async () => {
    const barred: string[] = [];
    const [liar, honest] = [
      source('liar', { answer: (asked) => (asked === 1 ? 'wrong' : 'right') }),
      source('honest'),
    ];
    await fetched([liar, honest], { onBarred: (name) => barred.push(name) });
    expect(liar.asked).toHaveLength(1);
    expect(barred).toEqual(['liar']);
  });

  test('A1: one that lies after it was trusted is told of once, and at most what was under way is wasted', async () => {
    const barred: string[] = [];
    const [liar, honest] = [
      source('liar', { answer: (asked) => (asked > 40 ? 'wrong' : 'right') }),
      source('honest'),
    ];
    await fetched([liar, honest], { onBarred: (name) => barred.push(name) });
    expect(barred).toEqual(['liar']);
    expect(liar.asked.length).toBeLessThanOrEqual(40 + 16);
  });

  test('A19: a liar that answers in 1 ms beside an honest source of 200 ms wastes one block', async () => {
    const [liar, honest] = [source('liar', { ms: 1, answer: () => 'wrong' }), source('honest', { ms: 200 })];
    await fetched([liar, honest]);
    expect(liar.asked).toHaveLength(1);
    expect(honest.sent).toBe(200_000);
  });

  test('A20: two of three lie all the time, and the third is enough', async () => {
    const sources = [
      source('x', { answer: () => 'wrong' }),
      source('y', { answer: () => 'wrong' }),
      source('honest'),
    ];
    await fetched(sources);
    expect(sources.map(({ asked }) => asked.length)).toEqual([1, 1, 200]);
  });

  test('A1: a block that nobody may be asked for any more fails by the name of the one that was wrong', async () => {
    const liar = source('liar', { answer: () => 'wrong' });
    const wrong = BLOCKS[0]!.digest;
    await expect(fetched([liar])).rejects.toThrow(
      new RegExp(`^block (?!${wrong}).* asked for nothing more since block ${wrong} .* sent digest`),
    );
  });

  test('A20: all three lie, and the error names all three', async () => {
    const sources = ['x', 'y', 'z'].map((name) => source(name, { answer: () => 'wrong' }));
    const failure = fetched(sources);
    await expect(failure).rejects.toMatchObject({ code: 'CHUNK_CORRUPT', exit: 4 });
    await expect(failure).rejects.toThrow(/x sent .*y sent .*z sent /);
    expect(sources.map(({ asked }) => asked.length)).toEqual([1, 1, 1]);
  });
});

describe('failures', () => {
  test.each([1, 2, 3])(
    'A15: one that fails half the time delivers all, within the budget of retries (%i)',
    async (seed) => {
      const random = new Seeded(seed);
      const only = source('flaps', { answer: () => (random.chance(0.5) ? 'right' : 'down') });
      await fetched([only]);
      expect(only.asked.length - 200).toBeLessThanOrEqual(20 + 2 * 200);
    },
  );

  test('A15: the breaker opens, asks one question at a time, and closes again', async () => {
    let down = true;
    const [broken, other] = [
      source('broken', { answer: () => (down ? 'down' : 'right') }),
      source('other', { ms: 400 }),
    ];
    clock.sleep(3_000).then(() => {
      down = false;
    });
    await fetched([broken, other]);
    const before = broken.asked.filter(({ at }) => at < 3_000).map(({ at }) => at);
    const pauses = before.slice(1).map((at, place) => at - before[place]!);
    // Three failures, then pauses that grow.
    expect(before.length).toBeGreaterThan(4);
    expect(before.length).toBeLessThan(9);
    expect(Math.max(...pauses.slice(0, 2))).toBeLessThan(200);
    expect(pauses.at(-1)).toBeGreaterThan(400);
    expect(broken.sent).toBeGreaterThan(50_000);
  });

  test('one that dies is waited for while it may be started again, and no longer', async () => {
    const dies = source('dies', { answer: (asked) => (asked > 50 ? 'down' : 'right') });
    await expect(fetched([dies])).rejects.toMatchObject({ code: 'SOURCES_EXHAUSTED' });
    expect(clock.now()).toBeGreaterThan(5_000);
    expect(clock.now()).toBeLessThan(45_000);
  });

  test.each([
    ['1e9 seconds', 1e12, 60_000],
    ['2 seconds', 2_000, 2_000],
    ['the past', 0, 0],
  ])('A14: Retry-After of %s is kept, up to a minute', async (_, retryAfterMs, least) => {
    const busy = source('busy', { answer: (asked) => (asked === 1 ? 'busy' : 'right'), retryAfterMs });
    await fetched([busy]);
    expect(busy.asked[1]!.at - busy.asked[0]!.at).toBeGreaterThanOrEqual(least);
    expect(clock.now()).toBeLessThan(75_000);
  });

  test('A14: those who were sent away for the longest time come back one by one', () => {
    const waits = [0, 0.5, 0.999].map((random) => {
      const breaker = new Breaker(clock.now, () => random);
      breaker.failed(clock.now(), Number.POSITIVE_INFINITY);
      return breaker.opensIn;
    });
    expect(waits).toEqual([60_000, 67_500, 74_985]);
  });

  test('A14: one that is always busy is not asked for ever', async () => {
    const busy = source('busy', { answer: () => 'busy', retryAfterMs: 1_000 });
    await expect(fetched([busy])).rejects.toMatchObject({ code: 'SOURCES_EXHAUSTED' });
    expect(busy.asked.length).toBeLessThanOrEqual(20 + 16);
  });
});
