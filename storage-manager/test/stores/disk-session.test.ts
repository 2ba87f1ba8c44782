import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withLock } from '../../src/fs/locks.ts';
import type { WriteSession } from '../../src/interfaces.ts';
import { Layout } from '../../src/stores/disk/layout.ts';
import { type DiskStore, openDiskStore } from '../../src/stores/disk/store.ts';
import { randomBlocks } from '../../src/testing/samples/blocks.ts';

let folder: string;
let layout: Layout;
let store: DiskStore;
let session: WriteSession;
const blocks = randomBlocks(5, 3000);
const digests = blocks.map(({ digest }) => digest);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-session-'));
  layout = new Layout(folder);
  store = await openDiskStore(folder, { packBytes: 10_000 });
  session = await store.open();
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

test('a seal that is stopped while another holds the store can be called again', async () => {
  await sealStopped();
  await session.seal();
  await session.seal();
  await session.abort();
  expect(await store.has(digests)).not.toContain(false);
  expect(await readdir(layout.tmp)).toEqual([]);
});

test('a seal that is stopped in its last pack, too', async () => {
  await session.write(blocks.slice(0, 1));
  const stop = new AbortController();
  await withLock(layout.lock, async () => {
    const ended = expect(session.seal({ signal: stop.signal })).rejects.toThrow('stopped');
    await vi.waitFor(async () => expect(await openPacks()).toBe(0), 10_000);
    stop.abort(new Error('stopped'));
    await ended;
  });
  await session.seal();
  expect(await store.has(digests.slice(0, 1))).toEqual([true]);
});

test('a seal that is stopped can be given up, and then holds nothing', async () => {
  await sealStopped();
  await session.abort();
  expect(await readdir(layout.tmp)).toEqual([]);
  expect(await openPacks()).toBe(0);
});

/** Leaves a full pack, which is durable and waits for its name, and the next one. */
async function sealStopped(): Promise<void> {
  const stop = new AbortController();
  const reason = new Error('stopped on request');
  await withLock(layout.lock, async () => {
    for (const block of blocks) await session.write([block]);
    const sealing = session.seal({ signal: stop.signal });
    const ended = expect(sealing).rejects.toBe(reason);
    // The full one; the last one comes when that has its name.
    await vi.waitFor(async () => expect(await openPacks()).toBe(1), 10_000);
    stop.abort(reason);
    await ended;
    expect(await store.has(digests)).not.toContain(true);
  });
}

/** How many packs this process has open, by whatever many descriptors (Linux). */
async function openPacks(): Promise<number> {
  const fds = await readdir('/proc/self/fd');
  const targets = await Promise.all(fds.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return new Set(targets.filter((target) => target.startsWith(folder) && target.endsWith('.pack'))).size;
}
