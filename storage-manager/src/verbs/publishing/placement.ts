import { BallastError, UnavailableError } from '../../errors.ts';
import type { Digest } from '../../ids/digest.ts';
import { DigestList } from '../../ids/digest-list.ts';
import type { Block, CallOptions, RepairableStore, WriteSession } from '../../interfaces.ts';

/** One required store during a publish: what it was given, and what it said it had. */
export interface Placed {
  readonly store: RepairableStore;
  readonly written: DigestList;
  readonly found: DigestList;
}

interface OpenPlaced extends Placed {
  readonly session: WriteSession;
}

const PROTECT_ROUNDS = 3;

/** The stores that must hold a release before the chain is told (the placement policy: all that are configured). */
export class Placement {
  readonly #stores: readonly OpenPlaced[];

  private constructor(stores: readonly OpenPlaced[]) {
    this.#stores = stores;
  }

  static async open(stores: readonly RepairableStore[], options: CallOptions): Promise<Placement> {
    const opened: OpenPlaced[] = [];
    try {
      for (const store of stores) {
        opened.push({
          store,
          session: await store.open(options),
          written: new DigestList(),
          found: new DigestList(),
        });
      }
    } catch (error) {
      await new Placement(opened).abort();
      throw error;
    }
    return new Placement(opened);
  }

  get stores(): readonly Placed[] {
    return this.#stores;
  }

  /** Whether any store lacks the block. */
  lacks(digest: Digest): boolean {
    return this.#stores.some(({ session }) => !session.has(digest));
  }

  /** Stores that know of less room than that. */
  async withLessThan(bytes: number): Promise<readonly (OpenPlaced & { readonly free: number })[]> {
    const rooms = await Promise.all(
      this.#stores.map(async (placed) => ({
        ...placed,
        free: (await placed.store.freeBytes?.()) ?? Number.POSITIVE_INFINITY,
      })),
    );
    return rooms.filter(({ free }) => free < bytes);
  }

  /** Writes the block wherever it is absent. @param ipfsOnly UnixFS nodes go to IPFS stores alone */
  async put(block: Block, options: CallOptions, ipfsOnly = false): Promise<void> {
    const wanting = this.#stores.filter(({ store }) => store.carriesUnixFs || !ipfsOnly);
    await Promise.all(
      wanting.map(async (placed) => {
        if (placed.session.has(block.digest)) {
          placed.found.push(block.digest);
          return;
        }
        await placed.session.write([block], options);
        placed.written.push(block.digest);
      }),
    );
  }

  /** Waits for every store, whatever one of them says; a failed seal may be tried again, or is to be aborted. */
  async seal(options: CallOptions): Promise<void> {
    const sealed = await Promise.allSettled(this.#stores.map(({ session }) => session.seal(options)));
    for (const result of sealed) if (result.status === 'rejected') throw result.reason;
  }

  /** Gives up what is not sealed. */
  async abort(): Promise<void> {
    await Promise.all(this.#stores.map(({ session }) => session.abort()));
  }
}

/**
 * Has the store promise to keep the release. A collection may run at any moment before the promise, so what went
 * missing is written again, at most three times.
 */
export async function protect(
  { store, written }: Placed,
  manifest: Digest,
  blocks: DigestList,
  blocksOf: (digests: readonly Digest[]) => AsyncIterable<Block>,
  options: CallOptions,
): Promise<void> {
  const failures: unknown[] = [];
  for (let round = 0; round < PROTECT_ROUNDS; round += 1) {
    try {
      const absent = await store.protect(manifest, blocks, options);
      if (absent.length === 0) return;
      failures.push(new Error(`${absent.length} blocks were absent, the first ${absent[0]}`));
      await writeAgain(store, blocksOf(absent), options);
      for (const digest of absent) written.push(digest);
    } catch (error) {
      if (!(error instanceof BallastError) || error.code !== 'PROTECT_FAILED') throw error;
      failures.push(error);
    }
  }
  throw new UnavailableError('PROTECT_FAILED', {
    should: `store ${store.name} must promise to keep release ${manifest} before it is registered`,
    was: `it did not in ${PROTECT_ROUNDS} rounds (${String(failures.at(-1))})`,
    next: 'check that the store has room and is not collecting without pause, then run the same command again',
    attempts: failures,
  });
}

async function writeAgain(
  store: RepairableStore,
  blocks: AsyncIterable<Block>,
  options: CallOptions,
): Promise<void> {
  const session = await store.open(options);
  try {
    for await (const block of blocks) await session.write([block], options);
    await session.seal(options);
  } catch (error) {
    await session.abort();
    throw error;
  }
}
