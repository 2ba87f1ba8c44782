import { BallastError, CorruptError, MissingError } from '../errors.ts';
import type { Digest } from '../ids/digest.ts';
import type { CacheClaim, CallOptions, ChunkCache, ChunkSource } from '../interfaces.ts';
import { sleep } from '../sleep.ts';
import { type ReadOne, readBlock, sideBySide } from './side-by-side.ts';

/** How soon who waits for another process's block looks again: at first as often as a fast one brings it. */
const FIRST_LOOK_MS = 4;
const LAST_LOOK_MS = 100;

/** A source may take 30 s for a block; after this the block is brought a second time. */
const WAIT_MS = 45_000;

export interface CachedOptions {
  /** Called once with why the cache takes no more copies, and once with why it is of no use. */
  readonly onTrouble: (error: BallastError) => void;
  /** Bytes that are still to be written on this machine: copies must leave them free. Default: none. */
  readonly needed?: (() => number) | undefined;
}

/**
 * Keeps copies of what the source delivers, and asks it only for what the cache does not have. Of several processes with
 * one cache, one brings a block, and the others wait for it. Whatever happens to the cache, the source is enough.
 * @param kept the cache as it is read: proven, like any source
 * @param source its blocks are proven
 */
export function cached(
  kept: ChunkSource,
  cache: ChunkCache,
  source: ChunkSource,
  { onTrouble, needed = () => 0 }: CachedOptions,
): ChunkSource {
  /** What lies in a cache that takes no more, because its disk is full, is still worth as much. */
  const works = { read: true, keep: true };

  /** What the cache answers; `otherwise` where it is of no use for this. */
  async function ask<T>(use: keyof typeof works, call: () => Promise<T>, otherwise: T): Promise<T> {
    if (!works[use]) return otherwise;
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof BallastError) || error.kind === 'interrupted') throw error;
      if (works[use]) onTrouble(error);
      works.keep = false;
      if (use === 'read') works.read = false;
      return otherwise;
    }
  }

  /** The length of the copy; null where there is none that is right. */
  function look(digest: Digest, into: Uint8Array, options: CallOptions): Promise<number | null> {
    const attempt = async () => {
      try {
        return await readBlock(kept, digest, into, options);
      } catch (error) {
        if (error instanceof CorruptError) await cache.forget(digest);
        else if (!(error instanceof MissingError)) throw error;
        return null;
      }
    };
    return ask('read', attempt, null);
  }

  async function bring(
    claim: CacheClaim,
    digest: Digest,
    into: Uint8Array,
    options: CallOptions,
  ): Promise<number> {
    let brought: Uint8Array | null = null;
    try {
      // It may have come between the first look and the claim.
      const copy = await look(digest, into, options);
      if (copy !== null) return copy;
      const length = await readBlock(source, digest, into, options);
      brought = into.subarray(0, length);
      return length;
    } finally {
      const bytes = works.keep ? brought : null;
      if (bytes === null) await claim.release().catch(() => {});
      else await ask('keep', () => claim.keep(bytes, needed()), undefined);
    }
  }

  const readOne: ReadOne = async (digest, into, options) => {
    const start = performance.now();
    for (let pause = FIRST_LOOK_MS; ; pause = Math.min(2 * pause, LAST_LOOK_MS)) {
      const copy = await look(digest, into, options);
      if (copy !== null) return copy;
      const claim = await ask('keep', () => cache.claim(digest, options), null);
      if (claim !== null) return bring(claim, digest, into, options);
      if (!works.keep || performance.now() - start > WAIT_MS) return readBlock(source, digest, into, options);
      await sleep(pause, options);
    }
  };

  return {
    name: source.name,
    async has(digests, options) {
      const held = await ask('read', () => cache.has(digests, options), []);
      const open = [...digests.keys()].filter((place) => held[place] !== true);
      const others =
        open.length === 0
          ? []
          : await source.has(
              open.map((place) => digests[place]!),
              options,
            );
      return digests.map((_, place) => held[place] === true || others[open.indexOf(place)] === true);
    },
    read: sideBySide(readOne),
  };
}
