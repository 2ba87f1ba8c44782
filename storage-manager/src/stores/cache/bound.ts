import { BusyError } from '../../errors.ts';
import { withLock } from '../../fs/locks.ts';
import type { Claims } from './claims.ts';
import { folderPath, type Group, groupOf, type Places } from './places.ts';
import { bytesIn, sweep } from './sweep.ts';

/** So much of a share stays when it is swept, so that not each new block sweeps. */
const STAYS = 0.9;

/** A sweep of a large group takes a tenth of this. */
const SWEEP_WAIT_MS = 2_000;

/** Keeps a cache as small as it is to be, for all its processes together: each counts what it adds where all see it. */
export class Bound {
  readonly #places: Places;
  readonly #maxBytes: number;

  constructor(places: Places, maxBytes: number) {
    this.#places = places;
    this.#maxBytes = maxBytes;
  }

  /** Counts bytes that were put into the folder, and sweeps where that is too much. */
  async added(claims: Claims, folder: number, bytes: number): Promise<void> {
    const group = groupOf(folder, this.#maxBytes);
    await claims.added(folder, bytes);
    if ((await this.#bytesIn(claims, group)) <= group.maxBytes) return;
    const work = async () => {
      // Another process may have swept meanwhile.
      if ((await this.#bytesIn(claims, group)) > group.maxBytes) await this.#sweep(claims, group);
    };
    await withLock(this.#places.sweeping, work, { waitMs: SWEEP_WAIT_MS }).catch((error: unknown) => {
      if (!(error instanceof BusyError)) throw error;
    });
  }

  /** As it was counted; what was not is counted now. */
  async #bytesIn(claims: Claims, { first, last }: Group): Promise<number> {
    const counted = await claims.bytes(first, last);
    const uncounted = new Map<number, number>();
    let sum = 0;
    for (let each = first; each <= last; each += 1) {
      const bytes = counted.get(each) ?? (await bytesIn(folderPath(this.#places, each)));
      if (!counted.has(each)) uncounted.set(each, bytes);
      sum += bytes;
    }
    if (uncounted.size > 0) await claims.counted(uncounted);
    return sum;
  }

  async #sweep(claims: Claims, { first, last, maxBytes }: Group): Promise<void> {
    const folders = Array.from({ length: last - first + 1 }, (_, place) =>
      folderPath(this.#places, first + place),
    );
    // The others count on meanwhile, so that only what was wrong before is put right; what they add twice the next one finds.
    const counted = await claims.bytes(first, last);
    const stay = await sweep(folders, maxBytes * STAYS);
    for (const [place, bytes] of stay.entries()) {
      const change = bytes - (counted.get(first + place) ?? 0);
      if (change !== 0) await claims.added(first + place, change);
    }
  }
}
