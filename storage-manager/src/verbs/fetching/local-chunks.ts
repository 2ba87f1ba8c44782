import type { Pool } from '../../engine/pool.ts';
import { MissingError } from '../../errors.ts';
import type { Wrapping } from '../../format/unixfs/wrapping.ts';
import { OpenFile } from '../../fs/open-file.ts';
import type { Digest } from '../../ids/digest.ts';
import { DigestMap } from '../../ids/digest-map.ts';
import type { ChunkSource } from '../../interfaces.ts';
import { readWrapped } from './plan.ts';

/** Where a chunk may lie. */
export interface ChunkPlace {
  /** A regular file on this machine. */
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  /** What may stand around those bytes in the block. */
  readonly wrappings: readonly Wrapping[];
}

/**
 * Chunks in files on this disk, as one more source. A file may have been anything before, and may change at any time: what
 * lies in a chunk's place and is not that chunk counts as missing, and no other source is thought the worse of for it.
 */
export class LocalChunks implements ChunkSource {
  readonly name: string;
  readonly #pool: Pool;
  /** Digest → number in `#places`. */
  readonly #numbers = new DigestMap();
  readonly #places: ChunkPlace[] = [];

  /** @param pool in whose slots every buffer lies */
  constructor(name: string, pool: Pool) {
    this.name = name;
    this.#pool = pool;
  }

  /** The last place that is told of a chunk counts. */
  add(digest: Digest, place: ChunkPlace): void {
    this.#numbers.set(digest, this.#places.push(place) - 1);
  }

  knows(digest: Digest): boolean {
    return this.#numbers.has(digest);
  }

  async has(digests: readonly Digest[]): Promise<readonly boolean[]> {
    return digests.map((digest) => this.knows(digest));
  }

  async read(digests: readonly Digest[], into: readonly Uint8Array[]): Promise<readonly number[]> {
    const reads = digests.map((digest, place) => this.#readOne(digest, into[place]!));
    await Promise.allSettled(reads);
    return Promise.all(reads);
  }

  async #readOne(digest: Digest, into: Uint8Array): Promise<number> {
    const number = this.#numbers.get(digest);
    const place = number === undefined ? undefined : this.#places[number];
    // Whatever is wrong with the file, it only means that another source has to do.
    const open = place && (await OpenFile.open(place.path).catch(() => null));
    if (!place || !open) throw this.#absent(digest);
    try {
      for (const wrapping of place.wrappings) {
        const length = await readWrapped(open, place, wrapping, into).catch(() => null);
        if (length !== null && (await this.#pool.hash(into.subarray(0, length))) === digest) return length;
      }
    } finally {
      await open.done();
    }
    throw this.#absent(digest);
  }

  #absent(digest: Digest): MissingError {
    return new MissingError('CHUNK_MISSING', {
      should: `chunk ${digest} must lie in the files of the ${this.name}`,
      was: `the files of the ${this.name} do not have it`,
      next: 'another source is asked',
    });
  }
}
