import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Digest, digestOf } from '../../ids/digest.ts';
import { DigestList } from '../../ids/digest-list.ts';
import type { Block, RepairableStore } from '../../interfaces.ts';
import { SLOT_BYTES } from '../../limits.ts';
import { randomBlock, randomBlocks, randomManifest, sharedBlock } from '../samples/blocks.ts';
import { put } from '../samples/put.ts';
import { describeSource } from './source.ts';

/** A store and what the suite does to it from outside. The suite writes only random blocks, so it may be shared. */
export interface StoreUnderTest {
  readonly store: RepairableStore;
  /** Unsealed blocks stay hidden and an abort leaves none: not so in a daemon that takes each block as it comes. */
  readonly hidesUnsealed: boolean;
  /** Another opening of the same store, as the next process would see it. */
  reopen(): Promise<RepairableStore>;
  /** Flips one byte of a sealed block where the store keeps it. */
  damage(digest: Digest): Promise<void>;
  close(): Promise<void>;
}

/** The contract of `ChunkSource`, `ChunkStore` and `RepairableStore`. @param open called once for all its tests */
export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the contract of a store`, () => {
    let subject: StoreUnderTest;
    let store: RepairableStore;

    beforeAll(async () => {
      subject = await open();
      store = subject.store;
    });
    afterAll(async () => {
      await subject?.close();
    });

    describeSource('it', async () => ({
      source: store,
      hold: (blocks) => put(store, blocks),
      close: async () => {},
    }));

    test('gives back what was sealed, byte for byte, also through another opening', async () => {
      const blocks = [randomBlock(1), randomBlock(4096), randomBlock(65_537), randomBlock(1024 * 1024)];
      await put(store, blocks);
      await expectHeld(store, blocks);
      await expectHeld(await subject.reopen(), blocks);
    });

    test('takes blocks from shared memory', async () => {
      const block = sharedBlock(300_000);
      await put(store, [block]);
      await expectHeld(store, [block]);
    });

    test('no longer needs the bytes once a write has ended', async () => {
      const block = randomBlock(50_000);
      const lent = block.bytes.slice();
      const session = await store.open();
      await session.write([{ digest: block.digest, bytes: lent }]);
      lent.fill(0);
      await session.seal();
      await expectHeld(store, [block]);
    });

    test('takes 64 writes at once and mixes up none', async () => {
      const blocks = Array.from({ length: 64 }, (_, i) => randomBlock(1000 * i + 1));
      const session = await store.open();
      await Promise.all(blocks.map((block) => session.write([block])));
      await session.seal();
      await expectHeld(store, blocks);
    });

    test('takes 3,000 small blocks in one session', async () => {
      const blocks = randomBlocks(3000, 200);
      await put(store, blocks);
      await expectHeld(await subject.reopen(), blocks);
    });

    test('takes several sessions at once', async () => {
      const sets = [randomBlocks(20, 5000), randomBlocks(20, 5000)];
      await Promise.all(sets.map((blocks) => put(store, blocks)));
      await expectHeld(store, sets.flat());
    });

    test('a session knows what the store held and what it wrote itself', async () => {
      const [old, fresh, absent] = [randomBlock(100), randomBlock(101), randomBlock(102)];
      await put(store, [old]);
      const session = await store.open();
      expect(session.has(old.digest)).toBe(true);
      expect(session.has(fresh.digest)).toBe(false);
      await session.write([fresh]);
      expect(session.has(fresh.digest)).toBe(true);
      expect(session.has(absent.digest)).toBe(false);
      await session.abort();
    });

    test('takes a block again that it holds already', async () => {
      const block = randomBlock(7000);
      await put(store, [block]);
      await put(store, [block, block]);
      await expectHeld(store, [block]);
    });

    test('seals a session without any block', async () => {
      const session = await store.open();
      await expect(session.seal()).resolves.toBeUndefined();
    });

    test('hides what is not sealed or says so; sealed, it is there for all', async () => {
      const block = randomBlock(9000);
      const session = await store.open();
      await session.write([block]);
      if (subject.hidesUnsealed) {
        expect(await (await subject.reopen()).has([block.digest])).toEqual([false]);
      }
      await session.seal();
      await expectHeld(await subject.reopen(), [block]);
    });

    test('an aborted session takes nothing away, and leaves nothing where unsealed blocks are hidden', async () => {
      const [sealed, block] = [randomBlock(8000), randomBlock(9000)];
      await put(store, [sealed]);
      const session = await store.open();
      await session.write([sealed, block]);
      await session.abort();
      await expectHeld(await subject.reopen(), [sealed]);
      if (!subject.hidesUnsealed) return;
      expect(await store.has([block.digest])).toEqual([false]);
      expect(await (await subject.reopen()).has([block.digest])).toEqual([false]);
    });

    test('refuses bytes of another digest where it proves its writes; else a hash of what is read finds them', async () => {
      const { digest } = randomBlock(100);
      const lie = { digest, bytes: randomBlock(100).bytes };
      if (store.provesWrites) {
        await expect(put(store, [lie])).rejects.toThrow();
        expect(await store.has([digest])).toEqual([false]);
      } else {
        await put(store, [lie]);
        expect(await store.has([digest])).toEqual([true]);
        expect(await readsRight(store, lie)).toBe(false);
      }
    });

    test('names what is absent when asked to protect, and promises once all is there', async () => {
      const [manifest, chunk, late] = [randomManifest(), randomBlock(600), randomBlock(700)];
      await put(store, [manifest, chunk]);
      const release = DigestList.of([chunk.digest, late.digest, manifest.digest]);
      expect(await store.protect(manifest.digest, release)).toEqual([late.digest]);
      await put(store, [late]);
      expect(await store.protect(manifest.digest, release)).toEqual([]);
      expect(await store.protect(manifest.digest, release)).toEqual([]);
      expect(await (await subject.reopen()).protect(manifest.digest, release)).toEqual([]);
    });

    test('shows damage as other bytes or as an error, and replace heals it', async () => {
      const [block, neighbour] = [randomBlock(80_000), randomBlock(80_000)];
      await put(store, [block, neighbour]);
      await subject.damage(block.digest);
      expect(await readsRight(await subject.reopen(), block)).toBe(false);
      await store.replace(block.digest, block.bytes);
      await expectHeld(store, [block, neighbour]);
      await expectHeld(await subject.reopen(), [block, neighbour]);
    });

    test('replace also brings a block that was missing', async () => {
      const block = randomBlock(3000);
      await store.replace(block.digest, block.bytes);
      await expectHeld(await subject.reopen(), [block]);
    });

    test('every call that writes rejects when its signal is aborted', async () => {
      const block = randomBlock(100);
      await put(store, [block]);
      const reason = new Error('stopped on request');
      const options = { signal: AbortSignal.abort(reason) };
      const session = await store.open();
      await expect(store.open(options)).rejects.toBe(reason);
      await expect(session.write([block], options)).rejects.toBe(reason);
      await expect(session.seal(options)).rejects.toBe(reason);
      await expect(store.protect(block.digest, DigestList.of([block.digest]), options)).rejects.toBe(reason);
      await expect(store.replace(block.digest, block.bytes, options)).rejects.toBe(reason);
      await session.abort();
      await expectHeld(store, [block]);
    });
  });
}

function buffer(): Uint8Array {
  return new Uint8Array(SLOT_BYTES);
}

/** Reads in calls of at most 16 blocks into buffers of a slot's size. */
async function expectHeld(store: RepairableStore, blocks: readonly Block[]): Promise<void> {
  const digests = blocks.map((block) => block.digest);
  expect(await store.has(digests)).toEqual(digests.map(() => true));
  const buffers = Array.from({ length: 16 }, buffer);
  for (let first = 0; first < blocks.length; first += 16) {
    const wanted = blocks.slice(first, first + 16);
    const lengths = await store.read(digests.slice(first, first + 16), buffers.slice(0, wanted.length));
    expect(lengths).toEqual(wanted.map((block) => block.bytes.byteLength));
    const read = lengths.map((length, place) => digestOf(buffers[place]!.subarray(0, length)));
    expect(read).toEqual(wanted.map((block) => block.digest));
  }
}

/** Whether a read delivers the block; an error of this block is a no, any other error is thrown. */
async function readsRight(store: RepairableStore, block: Block): Promise<boolean> {
  const into = buffer();
  try {
    const [length] = await store.read([block.digest], [into]);
    return digestOf(into.subarray(0, length)) === block.digest;
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/^CHUNK_(MISSING|CORRUPT)$/) });
    return false;
  }
}
