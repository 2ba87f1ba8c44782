import { execFile, spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { gearCut } from '../../src/chunkers/gear.ts';
import { type Engine, openEngine } from '../../src/engine/engine.ts';
import type { Slot } from '../../src/engine/slots.ts';
import { ResourceError } from '../../src/errors.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { MAX_CHUNK_BYTES, SLOT_BYTES } from '../../src/limits.ts';

const ENGINE = new URL('../../src/engine/engine.ts', import.meta.url).href;

let engine: Engine;
afterEach(() => engine?.close());

async function filledSlots(count: number): Promise<Slot[]> {
  const slots = await Promise.all(Array.from({ length: count }, () => engine.slots.acquire()));
  // randomFill refuses shared memory.
  for (const { bytes } of slots) bytes.set(randomFillSync(new Uint8Array(SLOT_BYTES)));
  return slots;
}

test.each([1, 2, 3])('%i threads answer each question with its own digest', async (workers) => {
  engine = openEngine({ slots: 8, workers });
  const slots = await filledSlots(8);
  const questions = slots.flatMap((slot) =>
    [0, 1, 4096, MAX_CHUNK_BYTES, SLOT_BYTES].map((length) => ({ slot, length })),
  );
  const answers = await Promise.all(
    questions.map(({ slot, length }) => engine.pool.hash(slot.bytes.subarray(0, length))),
  );
  expect(answers).toEqual(questions.map(({ slot, length }) => digestOf(slot.bytes.slice(0, length))));
});

test('bytes that lie outside the slots are refused, not hashed', async () => {
  engine = openEngine({ slots: 1, workers: 1 });
  await expect(engine.pool.hash(new Uint8Array(10))).rejects.toThrow(RangeError);
  const elsewhere = openEngine({ slots: 1 });
  const slot = await elsewhere.slots.acquire();
  await expect(engine.pool.hash(slot.bytes)).rejects.toThrow('must lie in a slot');
});

test('cuts where the chunker cuts', async () => {
  engine = openEngine({ slots: 4 });
  for (const slot of await filledSlots(4)) {
    expect(await engine.pool.cut(slot, MAX_CHUNK_BYTES)).toBe(gearCut(slot.bytes.slice(0, MAX_CHUNK_BYTES)));
    expect(await engine.pool.cut(slot, 1000)).toBe(1000);
  }
});

test('a dead thread rejects what is pending and what is asked later', async () => {
  engine = openEngine({ slots: 4, workers: 2 });
  const slots = await filledSlots(4);
  const beyondMemory = engine.pool.cut(slots[0]!, Number.MAX_SAFE_INTEGER);
  const behind = slots.map((slot) => engine.pool.hash(slot.bytes.subarray(0, MAX_CHUNK_BYTES)));
  const outcomes = await Promise.allSettled([beyondMemory, ...behind]);
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
  expect(failed[0]).toBeInstanceOf(ResourceError);
  expect(failed[0]).toMatchObject({ code: 'WORKER_LOST', cause: expect.any(RangeError) });
  expect(new Set(failed).size).toBe(1);
  await expect(engine.pool.hash(slots[1]!.bytes)).rejects.toBe(failed[0]);
});

test('C9: a thread that the limit of open files keeps from starting is told so', () => {
  const script = `
    import { openSync } from 'node:fs';
    import { openEngine } from '${new URL('../../src/engine/engine.ts', import.meta.url)}';
    const engine = openEngine();
    const slot = await engine.slots.acquire();
    try { for (;;) openSync('/dev/null', 'r'); } catch {}
    await engine.pool.hash(slot.bytes).catch(({ code, next }) => console.log(code, next));`;
  const flags = ['--conditions=ballast-source', '--input-type=module', '--eval', script];
  const { stdout } = spawnSync('prlimit', ['--nofile=64', process.execPath, ...flags], { encoding: 'utf8' });
  expect(stdout).toBe('FILE_SYSTEM raise the limit of open files (ulimit -n)\n');
});

test('close rejects what is pending and may be called again', async () => {
  engine = openEngine({ slots: 1 });
  const [slot] = await filledSlots(1);
  const pending = expect(engine.pool.hash(slot!.bytes)).rejects.toThrow('the pool is closed');
  await engine.close();
  await pending;
  await engine.close();
});

test('an idle pool lets the process end, a busy one holds it', async () => {
  const script = `
    import { openEngine } from ${JSON.stringify(ENGINE)};
    const { slots, pool } = openEngine();
    const slot = await slots.acquire();
    await pool.hash(slot.bytes.subarray(0, 1));
    pool.hash(slot.bytes.subarray(0, 1)).then((digest) => console.log(digest));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 20_000,
  });
  expect(stdout.trim()).toBe(digestOf(new Uint8Array(1)));
});

test('close ends before the process does', async () => {
  const script = `
    import { openEngine } from ${JSON.stringify(ENGINE)};
    const { slots, pool, close } = openEngine({ workers: 2 });
    const slot = await slots.acquire();
    await Promise.all([pool.hash(slot.bytes.subarray(0, 1)), pool.hash(slot.bytes.subarray(0, 1))]);
    await close();
    console.log('closed');`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 20_000,
  });
  expect(stdout.trim()).toBe('closed');
});
