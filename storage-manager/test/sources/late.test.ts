/** Blocks that are late, and who is asked for them too. */
import { beforeEach, describe, expect, test } from 'vitest';
import { fastest } from '../../src/sources/fastest/fastest.ts';
import { readBlock } from '../../src/sources/side-by-side.ts';
import { Seeded } from '../../src/testing/samples/seeded.ts';
import { testEngine } from './carry.ts';
import type { Answer } from './fake-source.ts';
import { BLOCKS, race } from './race.ts';

let { clock, source, fetched } = race();
beforeEach(() => {
  ({ clock, source, fetched } = race());
});

describe('silence', () => {
  test('A6: a block that drips is asked of another source long before the slow rule cuts it', async () => {
    const overtaken: string[] = [];
    const [drips, other] = [source('drips', { ms: 60_000 }), source('other')];
    await fetched([drips, other], { onOvertaken: (name) => overtaken.push(name) });
    expect(clock.now()).toBeLessThan(5_000);
    expect(overtaken).toContain('drips');
    expect(drips.inFlight).toBe(0);
  });

  test('A7: one that falls silent in the midst holds up nobody', async () => {
    const [silent, other] = [
      source('silent', { answer: (asked) => (asked > 30 ? 'stall' : 'right') }),
      source('other', { ms: 20 }),
    ];
    await fetched([silent, other]);
    expect(clock.now()).toBeLessThan(5_000);
  });

  test('A7: a second one that is silent too is not waited for, nor one whose first request has failed meanwhile', async () => {
    const stall = () => 'stall' as const;
    const fails = source('fails', { ms: 700, answer: () => 'down' });
    const sources = [
      fails,
      source('x', { answer: stall }),
      source('y', { answer: stall }),
      source('good', { ms: 20 }),
    ];
    await fetched(sources, {}, BLOCKS.slice(0, 1));
    expect(clock.now()).toBeLessThan(4_000);
  });

  test('A6: a second one that is slow is not cut short where there is no third, nor blamed', async () => {
    const overtaken: string[] = [];
    const [silent, slow] = [source('silent', { answer: () => 'stall' }), source('slow', { ms: 4_000 })];
    await fetched([silent, slow], { onOvertaken: (name) => overtaken.push(name) }, BLOCKS.slice(0, 1));
    expect(slow.asked).toHaveLength(1);
    expect(clock.now()).toBe(4_500);
    expect(overtaken).toEqual(['silent']);
  });

  test('A7: a second one that gave way to a third is told of once that one delivers', async () => {
    const overtaken: string[] = [];
    const stall = () => 'stall' as const;
    const sources = [
      source('x', { answer: stall }),
      source('y', { answer: stall }),
      source('good', { ms: 20 }),
    ];
    await fetched(
      sources,
      { onOvertaken: (name) => overtaken.push(name), random: () => 0 },
      BLOCKS.slice(0, 1),
    );
    expect(overtaken.toSorted()).toEqual(['x', 'y']);
    expect(sources.map(({ asked }) => asked.length)).toEqual([1, 1, 1]);
  });

  test('a first one that has failed is asked again while the second one wants to be left alone', async () => {
    const first = (then: Answer) => (asked: number) => (asked === 1 ? then : 'right');
    const resets = source('resets', { ms: (asked) => (asked === 1 ? 700 : 10), answer: first('down') });
    const busy = source('busy', { ms: 600, answer: first('busy'), retryAfterMs: 60_000 });
    await fetched([resets, busy], {}, BLOCKS.slice(0, 2));
    expect(clock.now()).toBeLessThan(2_000);
  });

  test('no buffer is taken for a second read where the others lack the block', async () => {
    const { slots } = testEngine(2);
    let spares = 0;
    const spare = () => {
      spares += 1;
      return slots.spare();
    };
    const counted = { count: slots.count, spare, release: slots.release.bind(slots) };
    const sources = [source('empty', { blocks: new Map() }), source('late', { ms: 2_000 })];
    await fetched(sources, { slots: counted }, BLOCKS.slice(0, 1));
    expect(spares).toBe(0);
  });

  test('a block that is longer than the buffer is corrupt, whoever sends it', async () => {
    const { slots } = testEngine(2);
    const route = fastest([source('late', { ms: 2_000 }), source('second')], { slots, clock });
    const { bytes } = await slots.acquire();
    const read = readBlock(route, BLOCKS[0]!.digest, bytes.subarray(0, 500), {});
    await expect(clock.run(read)).rejects.toMatchObject({ code: 'CHUNK_CORRUPT' });
  });

  test('second requests are few where all are well', async () => {
    const random = new Seeded(3);
    const jitter = () => 5 + random.below(30);
    const sources = [source('a', { ms: jitter }), source('b', { ms: jitter })];
    await fetched(sources);
    expect(sources.reduce((sum, { asked }) => sum + asked.length, 0)).toBeLessThan(210);
  });
});
