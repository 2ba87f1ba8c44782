import { createHash, randomFillSync } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/engine.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { SLOT_BYTES } from '../../src/limits.ts';

let engine: Engine;
afterEach(() => engine?.close());

test.each([1, 2, 3])(
  'with %i threads, pieces of several streams at once keep the order of each',
  async (workers) => {
    engine = openEngine({ slots: 8, workers });
    const slots = await Promise.all(Array.from({ length: 8 }, () => engine.slots.acquire()));
    for (const { bytes } of slots) bytes.set(randomFillSync(new Uint8Array(SLOT_BYTES)));
    const streams = Array.from({ length: 5 }, () => engine.pool.stream());
    const expected = streams.map(() => createHash('sha256'));
    const hashed: Promise<unknown>[] = [];
    for (const [piece, slot] of slots.entries())
      for (const [index, stream] of streams.entries()) {
        const length = piece * 1_000 + index;
        hashed.push(stream.update(slot, length), engine.pool.hash(slot.bytes));
        expected[index]!.update(slot.bytes.slice(0, length));
      }
    await Promise.all(hashed);
    const digests = await Promise.all(streams.map((stream) => stream.end()));
    expect(digests).toEqual(expected.map((hash) => hash.digest('hex')));
  },
);

test('a stream without a piece has the digest of nothing', async () => {
  engine = openEngine();
  expect(await engine.pool.stream().end()).toBe(digestOf(new Uint8Array()));
});

test('a stream that is dropped leaves nothing in its thread', async () => {
  engine = openEngine();
  const stream = engine.pool.stream();
  stream.drop();
  const slot = await engine.slots.acquire();
  await stream.update(slot, SLOT_BYTES);
  stream.drop();
  stream.drop();
  expect(await stream.end()).toBe(digestOf(new Uint8Array()));
  await engine.close();
  stream.drop();
});

test('a stream ends with its pool', async () => {
  engine = openEngine();
  const stream = engine.pool.stream();
  await stream.end();
  await engine.close();
  await expect(stream.end()).rejects.toThrow('the pool is closed');
});
