import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openEngine } from '../../src/engine/engine.ts';
import { forEachSlot } from '../../src/engine/loop.ts';
import type { Slot } from '../../src/engine/slots.ts';
import { digestOf } from '../../src/ids/digest.ts';

const SLOTS = 4;
const numbers = Array.from({ length: 50 }, (_, index) => index);

/** Every slot can be had again: the loop left none behind. */
async function allFree(engine: ReturnType<typeof openEngine>): Promise<void> {
  const slots = await Promise.all(Array.from({ length: SLOTS }, () => engine.slots.acquire()));
  expect(new Set(slots).size).toBe(SLOTS);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

test('works on each item once, started in order, on real threads', async () => {
  const engine = openEngine({ slots: SLOTS });
  const started: number[] = [];
  const digests = new Map<number, string>();
  await forEachSlot(engine, numbers, async (number, slot) => {
    started.push(number);
    slot.bytes[0] = number;
    digests.set(number, await engine.pool.hash(slot.bytes.subarray(0, 1)));
  });
  expect(started).toEqual(numbers);
  expect(numbers.map((number) => digests.get(number))).toEqual(
    numbers.map((number) => digestOf(Uint8Array.of(number))),
  );
  await engine.close();
});

test('never has more in flight than slots, nor asks for an item long before its turn', async () => {
  const engine = openEngine({ slots: SLOTS });
  const inUse = new Set<Slot>();
  let most = 0;
  let pulled = 0;
  let ended = 0;
  async function* items() {
    for (const number of numbers) {
      pulled += 1;
      // All that ended, all in flight, and this one, which waits for its slot.
      expect(pulled).toBeLessThanOrEqual(ended + SLOTS + 1);
      yield number;
    }
  }
  await forEachSlot(engine, items(), async (number, slot) => {
    expect(inUse.has(slot)).toBe(false);
    inUse.add(slot);
    most = Math.max(most, inUse.size);
    for (let turns = number % 3; turns >= 0; turns -= 1) await turn();
    inUse.delete(slot);
    ended += 1;
  });
  expect(most).toBe(SLOTS);
  expect(pulled).toBe(numbers.length);
  await allFree(engine);
});

test('the first error aborts the others and is thrown once they have settled', async () => {
  const engine = openEngine({ slots: SLOTS });
  let closed = false;
  let settled = 0;
  function* items() {
    try {
      yield* numbers;
    } finally {
      closed = true;
    }
  }
  const loop = forEachSlot(engine, items(), async (number, _slot, signal) => {
    if (number === 2) throw new Error('item 2 failed');
    await aborted(signal);
    await turn();
    settled += 1;
    throw new Error(`item ${number} was aborted`);
  });
  await expect(loop).rejects.toThrow('item 2 failed');
  expect(closed).toBe(true);
  // Items 0, 1, 3 and the one that took the slot of item 2, if it still did.
  expect(settled).toBeGreaterThanOrEqual(2);
  expect(settled).toBeLessThanOrEqual(SLOTS);
  await allFree(engine);
});

test('an error of the items stops the work that was started', async () => {
  const engine = openEngine({ slots: SLOTS });
  let stopped = 0;
  async function* items() {
    yield 0;
    yield 1;
    throw new Error('no more can be read');
  }
  const loop = forEachSlot(engine, items(), async (_item, _slot, signal) => {
    await aborted(signal);
    stopped += 1;
  });
  await expect(loop).rejects.toThrow('no more can be read');
  expect(stopped).toBe(2);
  await allFree(engine);
});

test('the caller aborts: the reason is thrown, work in flight has ended, no item follows', async () => {
  const engine = openEngine({ slots: SLOTS });
  const stop = new AbortController();
  let started = 0;
  let ended = 0;
  const loop = forEachSlot(
    engine,
    numbers,
    async (_number, _slot, signal) => {
      started += 1;
      if (started === SLOTS) stop.abort(new Error('interrupted'));
      if (!signal.aborted) await aborted(signal);
      await turn();
      ended += 1;
    },
    { signal: stop.signal },
  );
  await expect(loop).rejects.toThrow('interrupted');
  expect([started, ended]).toEqual([SLOTS, SLOTS]);
  await allFree(engine);
});

test('a signal that is aborted already starts nothing', async () => {
  const engine = openEngine({ slots: SLOTS });
  const work = async () => expect.unreachable();
  const signal = AbortSignal.abort(new Error('too late'));
  await expect(forEachSlot(engine, numbers, work, { signal })).rejects.toThrow('too late');
});

test('items may take a slot for themselves, also when there is only one', async () => {
  const engine = openEngine({ slots: 1 });
  async function* items() {
    for (let number = 0; number < 3; number += 1) {
      const slot = await engine.slots.acquire();
      engine.slots.release(slot);
      yield number;
    }
  }
  const worked: number[] = [];
  await forEachSlot(engine, items(), async (number) => {
    await turn();
    worked.push(number);
  });
  expect(worked).toEqual([0, 1, 2]);
});
