/** What threads keep of file digests is freed with each file's last chunk, and whatever ends a job. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type ByteStream, Pool } from '../../src/engine/pool.ts';
import type { JobOptions } from '../../src/events.ts';
import { writeTree } from '../../src/testing/samples/trees.ts';
import { publish } from '../../src/verbs/publish.ts';
import { verify } from '../../src/verbs/verify.ts';
import { job, openWorkbench, reference } from './workbench.ts';

const FILES = 12;
const MiB = 1024 * 1024;

/** Counts the streams of which a thread keeps something. */
class CountingPool extends Pool {
  readonly live = new Set<ByteStream>();
  most = 0;

  override stream(): ByteStream {
    const stream = super.stream();
    return {
      update: (slot, length) => {
        this.live.add(stream);
        this.most = Math.max(this.most, this.live.size);
        return stream.update(slot, length);
      },
      end: () => {
        this.live.delete(stream);
        return stream.end();
      },
      drop: () => {
        this.live.delete(stream);
        stream.drop();
      },
    };
  }
}

async function openCounted() {
  const opened = await openWorkbench();
  const pool = new CountingPool(opened.engine.slots.memory, 2);
  onTestFinished(() => pool.close());
  const bench = { ...opened, engine: { ...opened.engine, pool } };
  const files = Array.from({ length: FILES }, (_, at) => [`${at}.bin`, randomBytes(2.5 * MiB)]);
  return {
    bench,
    pool,
    source: await writeTree(join(bench.folder, 'model'), Object.fromEntries(files)),
  };
}

test('a publish and a verify that end well keep no more than slots at once, and nothing at last', async () => {
  const { bench, pool, source } = await openCounted();
  await publish(bench, job(source));
  expect(await verify(bench, { reference: reference(), full: true })).toMatchObject({ ok: true });
  expect(pool.most).toBeGreaterThan(0);
  expect(pool.most).toBeLessThan(FILES);
  expect(pool.live.size).toBe(0);
});

test('a publish and a verify that are stopped keep nothing', async () => {
  const { bench, pool, source } = await openCounted();
  const expectNothingKept = async (stopped: (options: JobOptions) => Promise<unknown>) => {
    const stop = new AbortController();
    const onEvent = () => pool.live.size > 0 && stop.abort(new Error('stopped'));
    await expect(stopped({ signal: stop.signal, onEvent })).rejects.toThrow('stopped');
    expect(pool.live.size).toBe(0);
  };
  await expectNothingKept((options) => publish(bench, job(source), options));
  await publish(bench, job(source));
  await expectNothingKept((options) => verify(bench, { reference: reference(), full: true }, options));
});
