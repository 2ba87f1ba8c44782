import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestOf } from '../../ids/digest.ts';
import type { Block, ChunkSource } from '../../interfaces.ts';
import { MAX_STORED_CHUNK_BYTES, SLOT_BYTES } from '../../limits.ts';
import { randomBlock } from '../samples/blocks.ts';

/** A source, and how blocks come into it. */
export interface SourceUnderTest {
  readonly source: ChunkSource;
  /** Has the source hold these blocks, beside those that it has. */
  hold(blocks: readonly Block[]): Promise<void>;
  close(): Promise<void>;
}

/** The contract of `ChunkSource`. @param open called for each of its tests */
export function describeSource(name: string, open: () => Promise<SourceUnderTest>): void {
  describe(`${name} keeps the contract of a source`, () => {
    let subject: SourceUnderTest;
    let source: ChunkSource;

    beforeEach(async () => {
      subject = await open();
      source = subject.source;
    });
    afterEach(async () => {
      await subject?.close();
    });

    test('reads blocks of every size into the buffers of their places', async () => {
      const blocks = [1, 4096, 65_537, 1024 * 1024, MAX_STORED_CHUNK_BYTES].map(randomBlock);
      await subject.hold(blocks);
      const asked = blocks.toReversed();
      const buffers = asked.map(buffer);
      const lengths = await source.read(digestsOf(asked), buffers);
      expect(lengths).toEqual(asked.map(({ bytes }) => bytes.byteLength));
      expect(lengths.map((length, place) => digestOf(buffers[place]!.subarray(0, length)))).toEqual(
        digestsOf(asked),
      );
      expect(await source.read([], [])).toEqual([]);
    });

    test('reads into shared memory, and a block twice in one call', async () => {
      const block = randomBlock(300_000);
      await subject.hold([block]);
      const buffers = [1, 2].map(() => new Uint8Array(new SharedArrayBuffer(SLOT_BYTES)));
      await source.read([block.digest, block.digest], buffers);
      for (const each of buffers) expect(digestOf(each.subarray(0, 300_000))).toBe(block.digest);
    });

    test('answers has in the order of the question', async () => {
      const [a, b, absent, other] = [10, 20, 30, 31].map(randomBlock) as [Block, Block, Block, Block];
      await subject.hold([a, b]);
      const asked = digestsOf([absent, b, other, a, a]);
      expect(await source.has(asked)).toEqual([false, true, false, true, true]);
      expect(await source.has([])).toEqual([]);
    });

    test('names a missing block as CHUNK_MISSING', async () => {
      const [held, absent] = [randomBlock(100), randomBlock(100)];
      await subject.hold([held]);
      const reading = source.read(digestsOf([held, absent]), [buffer(), buffer()]);
      await expect(reading).rejects.toMatchObject({
        code: 'CHUNK_MISSING',
        message: expect.stringContaining(absent.digest),
      });
    });

    test('refuses a block that outgrows its buffer as CHUNK_CORRUPT', async () => {
      const block = randomBlock(5000);
      await subject.hold([block]);
      const reading = source.read([block.digest], [new Uint8Array(4999)]);
      await expect(reading).rejects.toMatchObject({ code: 'CHUNK_CORRUPT' });
    });

    test('fills a buffer that is as long as the block', async () => {
      const block = randomBlock(5000);
      await subject.hold([block]);
      const exact = new Uint8Array(5000);
      expect(await source.read([block.digest], [exact])).toEqual([5000]);
      expect(exact).toEqual(block.bytes);
    });

    test('rejects every call whose signal is aborted, with its reason', async () => {
      const block = randomBlock(100);
      await subject.hold([block]);
      const reason = new Error('stopped on request');
      const options = { signal: AbortSignal.abort(reason) };
      await expect(source.has([block.digest], options)).rejects.toBe(reason);
      await expect(source.read([block.digest], [buffer()], options)).rejects.toBe(reason);
    });
  });
}

function digestsOf(blocks: readonly Block[]) {
  return blocks.map(({ digest }) => digest);
}

function buffer(): Uint8Array {
  return new Uint8Array(SLOT_BYTES);
}
