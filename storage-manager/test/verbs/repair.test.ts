import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { UnavailableError } from '../../src/errors.ts';
import { parseChannel, parseVersion } from '../../src/ids/reference.ts';
import { MemoryStore } from '../../src/testing/memory/store.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { publish } from '../../src/verbs/publish.ts';
import { verify } from '../../src/verbs/verify.ts';
import { job, openWorkbench, reference } from './workbench.ts';

/** A store that can be told to be out of reach. */
class Failing extends MemoryStore {
  reads = 0;
  failFrom = Number.POSITIVE_INFINITY;

  override async read(...call: Parameters<MemoryStore['read']>): Promise<number[]> {
    this.reads += 1;
    if (this.reads < this.failFrom) return super.read(...call);
    throw new UnavailableError('STORE_UNREACHABLE', { should: 'a', was: 'b', next: 'c' });
  }
}

function damage(store: MemoryStore, share: number): number {
  let count = 0;
  for (const [digest, bytes] of store.blocks) {
    if (count >= store.blocks.size * share) break;
    store.blocks.set(
      digest,
      bytes.map((byte, place) => (place === 0 ? byte ^ 1 : byte)),
    );
    count += 1;
  }
  return count;
}

test('one wrong block in the sample, and every old block is read and healed before the release is registered', async () => {
  const bench = await openWorkbench();
  const files = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`f${i}`, randomBytes(100)]));
  const source = await writeTree(join(bench.folder, 'source'), files);
  await publish(bench, job(source));
  const wrong = damage(bench.memory, 0.5);
  await writeTree(source, { new: 'n' });
  const second = await publish(bench, job(source));
  expect(second).toMatchObject({ version: '2', newChunks: 1 });
  expect(second.healed).toBeGreaterThanOrEqual(wrong - 2);
  expect(await verify(bench, { reference: reference() })).toMatchObject({ ok: true });
});

test('a store that goes out of reach is no proof against the publisher', async () => {
  const store = new Failing();
  const bench = await openWorkbench([store]);
  const source = await writeTree(join(bench.folder, 'source'), { 'm.bin': randomBytes(20 << 20) });
  await publish(bench, job(source, { chunker: 'fixed-1m' }));
  store.failFrom = store.reads + 6;
  const verified = await verify(bench, { reference: reference(), full: true });
  expect(verified.ok).toBe(false);
  expect(new Set(verified.bad.map(({ reason }) => reason))).toEqual(new Set(['unreachable']));
});

test('a store that is out of reach for a moment gives no verdict', async () => {
  const store = new Failing();
  const bench = await openWorkbench([store]);
  const source = await writeTree(join(bench.folder, 'source'), { 'm.bin': randomBytes(2 << 20) });
  await publish(bench, job(source));
  const read = vi
    .spyOn(store, 'read')
    .mockRejectedValueOnce(new UnavailableError('STORE_UNREACHABLE', { should: 'a', was: 'b', next: 'c' }));
  await expect(verify(bench, { reference: reference() })).rejects.toMatchObject({
    code: 'SOURCES_EXHAUSTED',
  });
  read.mockRestore();
  expect(await verify(bench, { reference: reference() })).toMatchObject({ ok: true });
});

test('moving a channel to a version that stands costs, is asked for, and can be declined', async () => {
  const bench = await openWorkbench();
  const source = await writeTree(join(bench.folder, 'source'), { a: 'a' });
  const version = parseVersion('1.0');
  await publish(bench, job(source, { version, channels: [] }));
  const asked = vi.fn(async () => false);
  const move = job(source, { version, channels: [parseChannel('stable')], confirm: asked });
  await expect(publish(bench, move)).rejects.toMatchObject({ code: 'COST_DECLINED' });
  expect(asked).toHaveBeenCalledOnce();
  expect(await publish(bench, { ...move, dryRun: true })).toMatchObject({ quote: { transactions: 1 } });
  expect(await publish(bench, { ...move, confirm: async () => true })).toMatchObject({ transactions: 1 });
  expect(await publish(bench, move)).toMatchObject({ transactions: 0 });
});
