import { expect, test } from 'vitest';
import { Slots } from '../../src/engine/slots.ts';
import { SLOT_BYTES } from '../../src/limits.ts';

const PAGE = 4096;

test('slots are disjoint, page-aligned pieces of one shared memory', async () => {
  const slots = new Slots(3);
  const taken = [await slots.acquire(), await slots.acquire(), await slots.acquire()];
  expect(taken.map(({ bytes }) => bytes.byteOffset)).toEqual([0, SLOT_BYTES, 2 * SLOT_BYTES]);
  for (const { bytes } of taken) {
    expect(bytes.byteLength).toBe(SLOT_BYTES);
    expect(bytes.byteOffset % PAGE).toBe(0);
    expect(bytes.buffer).toBe(slots.memory);
  }
  expect(slots.memory).toBeInstanceOf(SharedArrayBuffer);
});

test('who waits gets a slot in the order of asking', async () => {
  const slots = new Slots(1);
  const first = await slots.acquire();
  const order: string[] = [];
  const waiting = ['b', 'c', 'd'].map(async (name) => {
    const slot = await slots.acquire();
    order.push(name);
    slots.release(slot);
  });
  slots.release(first);
  await Promise.all(waiting);
  expect(order).toEqual(['b', 'c', 'd']);
});

test('an aborted wait rejects with the reason and takes no slot', async () => {
  const slots = new Slots(1);
  const first = await slots.acquire();
  const stop = new AbortController();
  const aborted = slots.acquire({ signal: stop.signal });
  const patient = slots.acquire();
  stop.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
  slots.release(first);
  expect(await patient).toBe(first);
  await expect(slots.acquire({ signal: stop.signal })).rejects.toThrow('enough');
});

test('a slot handed over before the abort is kept by who asked', async () => {
  const slots = new Slots(1);
  const first = await slots.acquire();
  const stop = new AbortController();
  const waiting = slots.acquire({ signal: stop.signal });
  slots.release(first);
  stop.abort();
  expect(await waiting).toBe(first);
});

test('a spare slot is there although all are held, never waits, and serves nobody who waits', async () => {
  const slots = new Slots(1);
  const held = await slots.acquire();
  const spares = [slots.spare(), slots.spare(), slots.spare()];
  expect(spares.map((spare) => spare?.index ?? null)).toEqual([1, 2, null]);
  const waiting = slots.acquire();
  for (const spare of spares) if (spare !== null) slots.release(spare);
  slots.release(held);
  expect(await waiting).toBe(held);
  expect(slots.spare()?.index).toBe(2);
});

test('a slot given back twice is refused', async () => {
  const slots = new Slots(2);
  const slot = await slots.acquire();
  slots.release(slot);
  expect(() => slots.release(slot)).toThrow('slot 0 is not held');
});
