import { describe, expect, test } from 'vitest';
import { CorruptError, MissingError, ResourceError, UnavailableError } from '../../src/errors.ts';
import { digestOf } from '../../src/ids/digest.ts';
import type { Block, ChunkSource } from '../../src/interfaces.ts';
import { Ledger } from '../../src/sources/ledger.ts';
import { limited } from '../../src/sources/limited.ts';
import { merged } from '../../src/sources/merged.ts';
import { ordered } from '../../src/sources/ordered.ts';
import { openRoute } from '../../src/sources/route.ts';
import { readBlock } from '../../src/sources/side-by-side.ts';
import { verified } from '../../src/sources/verified.ts';
import { MemoryStore } from '../../src/testing/memory/store.ts';
import { randomBlocks } from '../../src/testing/samples/blocks.ts';
import { carry, digestsOf, testEngine } from './carry.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeSource } from './fake-source.ts';
import { mapOf } from './gateways.ts';

const blocks = randomBlocks(4, 1_000);
const [a, b] = blocks as [Block, Block];

function memory(name: string, held: readonly Block[]): MemoryStore {
  const store = new MemoryStore(name);
  for (const { digest, bytes } of held) store.blocks.set(digest, bytes);
  return store;
}

/** Whatever it is asked, this is its answer. */
function failing(name: string, error: Error): ChunkSource {
  return { name, has: () => Promise.reject(error), read: () => Promise.reject(error) };
}

const parts = { should: 'it must work', was: 'it did not', next: 'wait' };
const DOWN = new UnavailableError('STORE_UNREACHABLE', parts);
const into = () => new Uint8Array(2_000);

describe('verified', () => {
  test('names the source of a wrong block among several, and lets right ones through', async () => {
    const engine = testEngine(2);
    const store = memory('m', [a]);
    store.blocks.set(b.digest, a.bytes);
    const source = verified(store, engine.pool);
    const slots = [await engine.slots.acquire(), await engine.slots.acquire()];
    const room = slots.map(({ bytes }) => bytes);
    expect(await source.read([a.digest], room)).toEqual([1_000]);
    const wrong = source.read([a.digest, b.digest], room);
    await expect(wrong).rejects.toBeInstanceOf(CorruptError);
    await expect(wrong).rejects.toThrow(`m sent 1000 bytes with digest ${a.digest}`);
    await expect(wrong).rejects.toThrow(`block ${b.digest} of m`);
  });

  test('refuses a buffer that it can not hash in place', async () => {
    const source = verified(memory('m', [a]), testEngine(1).pool);
    await expect(readBlock(source, a.digest, into(), {})).rejects.toThrow(RangeError);
  });
});

describe('ordered', () => {
  test('goes on where one lacks it, lies or is down, and stops at the first that delivers', async () => {
    const corrupt = new CorruptError('CHUNK_CORRUPT', parts);
    const last = failing('never asked', new Error('it was'));
    const source = ordered([
      failing('x', DOWN),
      failing('y', corrupt),
      memory('z', []),
      memory('m', [a]),
      last,
    ]);
    const room = into();
    expect(await readBlock(source, a.digest, room, {})).toBe(1_000);
    expect(digestOf(room.subarray(0, 1_000))).toBe(a.digest);
  });

  test.each([
    ['all lack it', [], MissingError],
    ['one lies', [new CorruptError('CHUNK_CORRUPT', parts)], CorruptError],
    ['one lies, one is down', [new CorruptError('CHUNK_CORRUPT', parts), DOWN], UnavailableError],
  ])('where %s the class of the error says what to do next', async (_, errors, expected) => {
    const sources = [memory('z', []), ...errors.map((error, at) => failing(`s${at}`, error))];
    const failure = readBlock(ordered([ordered(sources)]), a.digest, into(), {});
    await expect(failure).rejects.toBeInstanceOf(expected);
    // Of a route in a route the sources are told, not the inner one.
    await expect(failure).rejects.toMatchObject({ attempts: { length: sources.length } });
    for (const [at] of errors.entries()) await expect(failure).rejects.toThrow(`s${at}: it did not`);
  });

  test('is told by the names of its sources, whatever they say of themselves', async () => {
    const says = (was: string) => new UnavailableError('STORE_UNREACHABLE', { ...parts, was });
    const sources = [failing('x', says('it answered 502: see x')), failing('x 2', says('x 2 did not'))];
    await expect(readBlock(ordered(sources), a.digest, into(), {})).rejects.toMatchObject({
      was: 'x: it answered 502: see x; x 2 did not',
    });
  });

  test('an error of our own machine ends it', async () => {
    const full = new ResourceError('DISK_FULL', parts);
    const source = ordered([failing('x', full), memory('m', [a])]);
    await expect(readBlock(source, a.digest, into(), {})).rejects.toBe(full);
  });

  test('has what any of them has; one that is down has nothing', async () => {
    const source = ordered([failing('x', DOWN), memory('m', [a]), memory('n', [b])]);
    expect(await source.has(digestsOf(blocks))).toEqual([true, true, false, false]);
  });
});

describe('merged', () => {
  const clock = new FakeClock();
  const counted = () => new FakeSource('s', { clock, blocks: mapOf(blocks) });

  test('a block that several ask for at once is carried once, and each has it', async () => {
    const inner = counted();
    const engine = testEngine(8);
    const wanted = [a, b, a, a, b];
    expect(await clock.run(carry(engine, merged(inner), wanted))).toEqual(digestsOf(wanted));
    expect(inner.asked).toHaveLength(2);
  });

  test('where the first gives up the next one asks for itself', async () => {
    const inner = counted();
    const source = merged(inner);
    const stop = new AbortController();
    const room = into();
    const first = readBlock(source, a.digest, new Uint8Array(2_000), { signal: stop.signal });
    const second = readBlock(source, a.digest, room, {});
    stop.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    expect(await clock.run(second)).toBe(1_000);
    expect(digestOf(room.subarray(0, 1_000))).toBe(a.digest);
    expect(inner.asked).toHaveLength(2);
  });

  test('who gives up while another reads gets nothing written any more', async () => {
    const source = merged(counted());
    const stop = new AbortController();
    const room = into();
    const first = readBlock(source, a.digest, new Uint8Array(2_000), {});
    const second = readBlock(source, a.digest, room, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    await clock.run(first);
    expect(room).toEqual(new Uint8Array(2_000));
  });

  test('a failure is for all who wait, and the next question is a new one', async () => {
    const down = new FakeSource('s', {
      clock,
      blocks: mapOf(blocks),
      answer: (asked) => (asked === 1 ? 'down' : 'right'),
    });
    const source = merged(down);
    const both = [0, 1].map(() => readBlock(source, a.digest, new Uint8Array(2_000), {}));
    const outcomes = await clock.run(Promise.allSettled(both));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await clock.run(readBlock(source, a.digest, into(), {}))).toBe(1_000);
    expect(down.asked).toHaveLength(2);
  });
});

describe('limited', () => {
  const many = randomBlocks(100, 10_000);

  test.each([
    ['bytes', { bytesPerSecond: 100_000 }, 10_000],
    ['requests', { requestsPerSecond: 20 }, 5_000],
  ])('keeps to so many %s a second', async (_, limits, ms) => {
    const clock = new FakeClock();
    const inner = new FakeSource('s', { clock, blocks: mapOf(many), ms: 1 });
    const source = limited(inner, { ...limits, clock });
    expect(await clock.run(carry(testEngine(), source, many))).toEqual(digestsOf(many));
    // What blocks take is known after some of them.
    expect(clock.now()).toBeGreaterThan(0.9 * ms);
    expect(clock.now()).toBeLessThan(1.2 * ms);
  });

  test('who gives up while it waits has taken nothing', async () => {
    const clock = new FakeClock();
    const inner = new FakeSource('s', { clock, blocks: mapOf(many), ms: 1 });
    const source = limited(inner, { bytesPerSecond: 1_000, clock });
    const stop = new AbortController();
    const first = readBlock(source, many[0]!.digest, new Uint8Array(20_000), {});
    const second = readBlock(source, many[1]!.digest, new Uint8Array(20_000), { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    await clock.run(first);
    await clock.run(readBlock(source, many[2]!.digest, new Uint8Array(20_000), {}));
    expect(clock.now()).toBeGreaterThan(9_000);
    expect(clock.now()).toBeLessThan(11_000);
  });

  test('no timer runs on once all who wait have given up', async () => {
    const clock = new FakeClock();
    const inner = new FakeSource('s', { clock, blocks: mapOf(many), ms: 1 });
    const source = limited(inner, { bytesPerSecond: 1, clock });
    const stop = new AbortController();
    const read = (at: number, signal?: AbortSignal) =>
      readBlock(source, many[at]!.digest, new Uint8Array(20_000), { signal });
    await clock.run(read(0));
    const waiting = Promise.allSettled([read(1, stop.signal), read(2, stop.signal)]);
    await new Promise((turn) => setImmediate(turn));
    expect(clock.sleeping).toBe(1);
    stop.abort(new Error('enough'));
    await waiting;
    expect(clock.sleeping).toBe(0);
  });

  test('wrong bytes have travelled too: the next block waits for them', async () => {
    const clock = new FakeClock();
    const answer = (asked: number) => (asked === 2 ? 'wrong' : 'right');
    const inner = new FakeSource('s', { clock, blocks: mapOf(many), ms: 1, answer });
    const source = limited(ordered([inner]), { bytesPerSecond: 10_000, clock });
    const read = (at: number) => clock.run(readBlock(source, many[at]!.digest, new Uint8Array(20_000), {}));
    await read(0);
    await expect(read(1)).rejects.toMatchObject({ code: 'CHUNK_CORRUPT' });
    const before = clock.now();
    await read(2);
    expect(clock.now() - before).toBeGreaterThan(900);
  });
});

test.each([0, -1, Number.NaN])('a rate of %d is refused before anything is asked', (limitRate) => {
  const open = () => openRoute(testEngine(), { near: [], far: [memory('m', [a])] }, { limitRate });
  expect(open).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID', exit: 2 }));
});

test('the ledger counts what each source did, and an aborted read is nobody’s failure', async () => {
  const ledger = new Ledger();
  const [good, bad, down] = [
    ledger.watch(memory('good', [a])),
    ledger.watch(failing('bad', new CorruptError('CHUNK_CORRUPT', parts))),
    ledger.watch(failing('down', DOWN)),
  ];
  await readBlock(ordered([bad, down, good]), a.digest, into(), {});
  const before = ledger.records();
  await readBlock(ordered([bad, down, good]), a.digest, into(), {});
  const stopped = { signal: AbortSignal.abort(new Error('enough')) };
  await expect(readBlock(down, a.digest, into(), stopped)).rejects.toThrow();
  await expect(readBlock(good, b.digest, into(), {})).rejects.toThrow(MissingError);
  ledger.bar('bad');
  const clean = { wrong: 0, unreachable: 0, overtaken: 0, barred: false };
  expect(ledger.records()).toEqual([
    { ...clean, name: 'good', bytes: 2_000 },
    { ...clean, name: 'bad', bytes: 0, wrong: 2, barred: true },
    { ...clean, name: 'down', bytes: 0, unreachable: 2 },
  ]);
  expect(ledger.records(before)[0]).toMatchObject({ bytes: 1_000 });
});
