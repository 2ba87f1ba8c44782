import type { Digest } from '../../ids/digest.ts';
import { DigestMap } from '../../ids/digest-map.ts';
import type { Entry, Extent } from './table.ts';

export interface Place extends Extent {
  readonly pack: number;
}

const FIELDS = 3;

/** Digest → pack, offset and length, in typed arrays: a million blocks take about 100 MB and a second to load. */
export class BlockIndex {
  readonly #ordinals = new DigestMap();
  #places = new Uint32Array(1024 * FIELDS);

  has(digest: Digest): boolean {
    return this.#ordinals.has(digest);
  }

  find(digest: Digest): Place | undefined {
    const ordinal = this.#ordinals.get(digest);
    if (ordinal === undefined) return undefined;
    const [pack, offset, length] = this.#places.subarray(ordinal * FIELDS, (ordinal + 1) * FIELDS);
    return { pack: pack!, offset: offset!, length: length! };
  }

  /** Adds a pack's blocks. The place added last wins, so packs come in the order of their numbers. */
  add(pack: number, entries: readonly Entry[]): void {
    for (const { digest, offset, length } of entries) {
      const ordinal = this.#ordinals.get(digest) ?? this.#ordinals.size;
      this.#reserve(ordinal);
      this.#places.set([pack, offset, length], ordinal * FIELDS);
      this.#ordinals.set(digest, ordinal);
    }
  }

  #reserve(ordinal: number): void {
    if ((ordinal + 1) * FIELDS <= this.#places.length) return;
    const grown = new Uint32Array(this.#places.length * 2);
    grown.set(this.#places);
    this.#places = grown;
  }
}
