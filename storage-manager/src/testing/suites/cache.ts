import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Digest, digestOf } from '../../ids/digest.ts';
import type { Block, ChunkCache } from '../../interfaces.ts';
import { SLOT_BYTES } from '../../limits.ts';
import { randomBlock, randomBlocks, sharedBlock } from '../samples/blocks.ts';
import { describeSource } from './source.ts';

/** A cache and what the suite does to it from outside. It has room for 16 MiB of random blocks, and keeps them meanwhile. */
export interface CacheUnderTest {
  readonly cache: ChunkCache;
  /** Another opening of the same cache, as another process would have it. */
  reopen(): Promise<ChunkCache>;
  /** Flips one byte of a block where the cache keeps it. */
  damage(digest: Digest): Promise<void>;
  close(): Promise<void>;
}

/** The contract of `ChunkSource` and `ChunkCache`. @param open called once for all its tests */
export function describeCache(name: string, open: () => Promise<CacheUnderTest>): void {
  describe(`${name} keeps the contract of a cache`, () => {
    let subject: CacheUnderTest;
    let cache: ChunkCache;

    beforeAll(async () => {
      subject = await open();
      cache = subject.cache;
    });
    afterAll(async () => {
      await subject?.close();
    });

    describeSource('it', async () => ({
      source: cache,
      hold: async (blocks) => {
        for (const block of blocks) await keep(cache, block);
      },
      close: async () => {},
    }));

    test('gives back what was kept, byte for byte, also through another opening', async () => {
      const blocks = [randomBlock(1), randomBlock(4096), randomBlock(65_537), randomBlock(1024 * 1024)];
      for (const block of blocks) await keep(cache, block);
      await expectHeld(cache, blocks);
      await expectHeld(await subject.reopen(), blocks);
    });

    test('takes a block from shared memory and no longer needs it once it is kept', async () => {
      const block = sharedBlock(300_000);
      const { digest } = block;
      await keep(cache, block);
      block.bytes.fill(0);
      const [length] = await cache.read([digest], [block.bytes]);
      expect(digestOf(block.bytes.subarray(0, length))).toBe(digest);
    });

    test('gives the right to bring a block to one alone, of all openings', async () => {
      const { digest } = randomBlock(100);
      const other = await subject.reopen();
      const asked = await Promise.all([cache, cache, other, other].map((each) => each.claim(digest)));
      const [claim, ...more] = asked.filter((each) => each !== null);
      expect(more).toEqual([]);
      expect([await cache.claim(digest), await other.claim(digest)]).toEqual([null, null]);
      await claim!.release();
      expect(await cache.has([digest])).toEqual([false]);
    });

    test('gives the right again once it was given up, or used', async () => {
      const block = randomBlock(100);
      const other = await subject.reopen();
      await (await cache.claim(block.digest))!.release();
      await keep(other, block);
      await keep(cache, block);
      await expectHeld(other, [block]);
    });

    test('a claim on one block is none on another', async () => {
      const blocks = randomBlocks(20, 1000);
      const claims = await Promise.all(blocks.map(({ digest }) => cache.claim(digest)));
      await Promise.all(blocks.map(({ bytes }, place) => claims[place]!.keep(bytes, 0)));
      await expectHeld(await subject.reopen(), blocks);
    });

    test('keeps nothing that would not leave the bytes that others need, and frees the claim', async () => {
      const block = randomBlock(100);
      const claim = await cache.claim(block.digest);
      const keeping = claim!.keep(block.bytes, Number.MAX_SAFE_INTEGER / 2);
      await expect(keeping).rejects.toMatchObject({ code: 'DISK_FULL' });
      expect(await cache.has([block.digest])).toEqual([false]);
      await keep(cache, block);
      await expectHeld(cache, [block]);
    });

    test('forgets what it is told to, for all openings, and nothing else', async () => {
      const [wrong, right] = randomBlocks(2, 2000) as [Block, Block];
      await keep(cache, wrong);
      await keep(cache, right);
      const other = await subject.reopen();
      await other.forget(wrong.digest);
      await other.forget(wrong.digest);
      expect(await cache.has([wrong.digest, right.digest])).toEqual([false, true]);
      await keep(cache, wrong);
      await expectHeld(other, [wrong, right]);
    });

    test('shows damage as other bytes or as an error, and is healed by who forgets and keeps anew', async () => {
      const [block, neighbour] = randomBlocks(2, 80_000) as [Block, Block];
      await keep(cache, block);
      await keep(cache, neighbour);
      await subject.damage(block.digest);
      expect(await readsRight(await subject.reopen(), block)).toBe(false);
      await cache.forget(block.digest);
      await keep(cache, block);
      await expectHeld(cache, [block, neighbour]);
    });

    test('a claim rejects when its signal is aborted, and none is held', async () => {
      const block = randomBlock(100);
      const reason = new Error('stopped on request');
      const claiming = cache.claim(block.digest, { signal: AbortSignal.abort(reason) });
      await expect(claiming).rejects.toBe(reason);
      await keep(cache, block);
    });
  });
}

function buffer(): Uint8Array {
  return new Uint8Array(SLOT_BYTES);
}

async function keep(cache: ChunkCache, { digest, bytes }: Block): Promise<void> {
  const claim = await cache.claim(digest);
  expect(claim).not.toBeNull();
  await claim!.keep(bytes, 0);
}

async function expectHeld(cache: ChunkCache, blocks: readonly Block[]): Promise<void> {
  expect(await cache.has(blocks.map(({ digest }) => digest))).toEqual(blocks.map(() => true));
  for (const block of blocks) expect(await readsRight(cache, block)).toBe(true);
}

/** Whether a read delivers the block; an error of this block is a no, any other error is thrown. */
async function readsRight(cache: ChunkCache, block: Block): Promise<boolean> {
  const into = buffer();
  try {
    const [length] = await cache.read([block.digest], [into]);
    return digestOf(into.subarray(0, length)) === block.digest;
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/^CHUNK_(MISSING|CORRUPT)$/) });
    return false;
  }
}
