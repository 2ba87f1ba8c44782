/** What a job is told of its sources and its cache, and what is asked of whom it has barred. */
import { expect, test } from 'vitest';
import { ResourceError } from '../../src/errors.ts';
import type { BallastEvent } from '../../src/events.ts';
import type { ChunkCache } from '../../src/interfaces.ts';
import { SYSTEM_CLOCK } from '../../src/sources/clock.ts';
import { fastest } from '../../src/sources/fastest/fastest.ts';
import { limited } from '../../src/sources/limited.ts';
import { openRoute } from '../../src/sources/route.ts';
import { readBlock } from '../../src/sources/side-by-side.ts';
import { MemoryStore } from '../../src/testing/memory/store.ts';
import { testEngine } from './carry.ts';
import { BLOCKS, race } from './race.ts';

test('A14: while all want to be left alone a wait is told every second, and whose', async () => {
  const { source, fetched, clock } = race();
  const busy = source('busy', { answer: (asked) => (asked < 3 ? 'busy' : 'right'), retryAfterMs: 60_000 });
  const told: { name: string; pause: number; ms: number }[] = [];
  await fetched(
    [busy],
    { onWaiting: ({ source: { name }, pauses }, ms) => void told.push({ name, pause: pauses, ms }) },
    BLOCKS.slice(0, 1),
  );
  expect(clock.now()).toBeGreaterThan(120_000);
  for (const pause of [1, 2]) {
    const waits = told.filter((each) => each.pause === pause);
    expect(waits.length).toBeGreaterThan(59);
    expect(waits[0]).toMatchObject({ name: 'busy', ms: expect.closeTo(67_500, -4.2) });
    expect(waits.map(({ ms }) => ms)).toEqual(waits.map(({ ms }) => ms).toSorted((a, b) => b - a));
  }
});

test('nobody is told of a pause while another source is asked', async () => {
  const { source, fetched } = race();
  const busy = source('busy', { answer: () => 'busy', retryAfterMs: 60_000 });
  const told: string[] = [];
  await fetched([busy, source('good')], { onWaiting: ({ source: { name } }) => void told.push(name) });
  expect(told).toEqual([]);
});

test('A14: a job hears it as a wait, with what the source said', async () => {
  const stop = new AbortController();
  const events: BallastEvent[] = [];
  const onEvent = (event: BallastEvent) => {
    events.push(event);
    if (event.type === 'wait') stop.abort(new Error('heard'));
  };
  const { source, clock } = race();
  const busy = source('busy', { ms: 0, answer: () => 'busy', retryAfterMs: 60_000 });
  const engine = testEngine(1);
  const route = openRoute(engine, { near: [], far: [busy] }, { onEvent });
  const slot = await engine.slots.acquire();
  const reading = readBlock(route, BLOCKS[0]!.digest, slot.bytes, stop);
  await expect(clock.run(reading)).rejects.toThrow('heard');
  const text = expect.stringMatching(/^busy is asked again \(pause 1\): busy did not$/);
  expect(events.filter(({ type }) => type === 'wait')).toEqual([
    { type: 'wait', text, seconds: expect.closeTo(67, -1.2) },
  ]);
});

test('who has lied is not asked what it has, either', async () => {
  const { source, clock } = race();
  const liar = source('liar', { answer: () => 'wrong' });
  const asked: number[] = [];
  liar.has = async (digests) => {
    asked.push(digests.length);
    return digests.map(() => true);
  };
  const route = fastest([liar, source('honest')], { slots: testEngine().slots, clock, random: () => 0 });
  const [{ digest }] = BLOCKS as [(typeof BLOCKS)[0]];
  await route.has([digest]);
  await clock.run(readBlock(route, digest, new Uint8Array(2_000), {}));
  expect(await route.has([digest])).toEqual([true]);
  expect(asked).toEqual([1]);
});

test('what was cut short has travelled too: it counts as what the other one delivered', async () => {
  const { source, fetched } = race();
  const cut: number[] = [];
  const overtaken: string[] = [];
  await fetched([source('drips', { ms: 60_000 }), source('other')], {
    onCut: (bytes) => cut.push(bytes),
    onOvertaken: (name) => overtaken.push(name),
  });
  expect(cut.length).toBeGreaterThan(0);
  expect(cut).toEqual(overtaken.map(() => 1_000));
});

test('a rate of less than a byte a second is waited for', async () => {
  const stop = new AbortController();
  const forever = SYSTEM_CLOCK.sleep(1e12, stop.signal);
  expect(await Promise.race([forever.then(() => 'woken'), SYSTEM_CLOCK.sleep(20).then(() => 'asleep')])).toBe(
    'asleep',
  );
  stop.abort(new Error('enough'));
  await expect(forever).rejects.toThrow();
});

test('and the next block waits for it', async () => {
  const { source, clock } = race();
  const route = limited(source('s', { ms: 1 }), { bytesPerSecond: 10_000, clock });
  const read = (at: number) => clock.run(readBlock(route, BLOCKS[at]!.digest, new Uint8Array(2_000), {}));
  for (const at of [0, 1, 2]) await read(at);
  const before = clock.now();
  route.spend(20_000);
  await read(3);
  expect(clock.now() - before).toBeGreaterThan(1_900);
});

test('C6: a cache that takes no more, and one that is of no use, are two warnings', async () => {
  const fails = { copies: false };
  const failed = (code: 'DISK_FULL' | 'FILE_SYSTEM') =>
    new ResourceError(code, { should: 'it must work', was: `it said ${code}`, next: 'look' });
  const empty = new MemoryStore('cache');
  const cache: ChunkCache = {
    name: 'cache',
    has: (digests) => empty.has(digests),
    read: async (digests, into) => {
      if (fails.copies) throw failed('FILE_SYSTEM');
      return empty.read(digests, into);
    },
    claim: async () => ({ keep: () => Promise.reject(failed('DISK_FULL')), release: async () => {} }),
    forget: async () => {},
  };
  const far = new MemoryStore('far');
  for (const { digest, bytes } of BLOCKS.slice(0, 4)) far.blocks.set(digest, bytes);
  const warnings: string[] = [];
  const onEvent = (event: BallastEvent) => {
    if (event.type === 'note') warnings.push(event.text);
  };
  const engine = testEngine(1);
  const route = openRoute(engine, { near: [], far: [far], cache }, { onEvent });
  const slot = await engine.slots.acquire();
  const read = (at: number) => readBlock(route, BLOCKS[at]!.digest, slot.bytes, {});
  await read(0);
  await read(1);
  expect(warnings).toEqual([
    expect.stringMatching(/^the cache keeps no more copies in this run: .* DISK_FULL$/),
  ]);
  fails.copies = true;
  await read(2);
  await read(3);
  expect(warnings.slice(1)).toEqual([
    expect.stringMatching(/^the cache is not used in this run: .* FILE_SYSTEM$/),
  ]);
});
