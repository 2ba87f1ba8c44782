import { expect, onTestFinished, test } from 'vitest';
import { openEngine } from '../../src/engine/engine.ts';
import type { ChunkCache } from '../../src/interfaces.ts';
import { openRoute } from '../../src/sources/route.ts';
import { MemoryStore, randomBlocks } from '../../src/testing/index.ts';
import { put } from '../../src/testing/samples/put.ts';

test('what a fetch has still to write falls with each block that it gets', async () => {
  const engine = openEngine({ slots: 4, workers: 1 });
  onTestFinished(() => engine.close());
  const blocks = randomBlocks(3, 1_000);
  const far = new MemoryStore('far');
  await put(far, blocks);
  const left: number[] = [];
  const empty = new MemoryStore('cache');
  const cache: ChunkCache = {
    name: 'cache',
    has: (digests) => empty.has(digests),
    read: (digests, into) => empty.read(digests, into),
    claim: async () => ({ keep: async (_bytes, leave) => void left.push(leave), release: async () => {} }),
    forget: async () => {},
  };
  const route = openRoute(engine, { near: [], far: [far], cache });
  const slot = await engine.slots.acquire();
  const read = (place: number) => route.read([blocks[place]!.digest], [slot.bytes]);
  await read(0);
  route.leaveRoom(2_500);
  await read(0);
  await read(1);
  await read(2);
  await read(0);
  expect(left).toEqual([0, 2_500, 1_500, 500, 0]);
});
