import type { Engine } from '../../engine/engine.ts';
import { forEachSlot } from '../../engine/loop.ts';
import { BallastError, MissingError, UnavailableError } from '../../errors.ts';
import { type JobOptions, Meter } from '../../events.ts';
import type { Digest } from '../../ids/digest.ts';
import type { DigestList } from '../../ids/digest-list.ts';
import type { RepairableStore } from '../../interfaces.ts';
import { READ_BACK_PROVEN_SAMPLE, READ_BACK_SAMPLE } from '../../limits.ts';
import { readBlock } from '../../sources/side-by-side.ts';
import { verified } from '../../sources/verified.ts';
import { randomSample } from '../reading/random-sample.ts';
import type { Placed } from './placement.ts';

export interface ReadBack {
  /** Read every block, not a sample. */
  readonly full: boolean;
  /** Blocks that are read whatever else is sampled: index and manifest. */
  readonly metadata: ReadonlySet<Digest>;
  readonly bytesOf: (digest: Digest) => Promise<Uint8Array>;
}

/**
 * Reads back from one store what the release needs of it, and replaces what is wrong from the publisher's own bytes:
 * metadata, new blocks, and a random 300 of the old ones (1 % loss is found with 95 % certainty: 1 - 0.99^300). Of a store
 * that proves what is written, 60 of the new ones: it may say yes and keep nothing. One wrong block among these, and all of
 * their kind are read.
 * @returns how many blocks were healed
 */
export async function readBack(
  engine: Engine,
  { store, written, found }: Placed,
  job: ReadBack,
  options: JobOptions,
): Promise<number> {
  const meter = new Meter('read-back', null, options);
  const heal = (digests: Iterable<Digest>) => healWrong(engine, store, { digests, meter, ...job }, options);
  const healAmong = async (blocks: DigestList, sample: number) => {
    const full = sample >= blocks.count;
    const healed = await heal(without(full ? blocks : randomBlocks(sample, blocks), job.metadata));
    return healed > 0 && !full ? healed + (await heal(without(blocks, job.metadata))) : healed;
  };
  const healed = await heal(job.metadata);
  const all = Number.POSITIVE_INFINITY;
  const healedNew = await healAmong(written, job.full || !store.provesWrites ? all : READ_BACK_PROVEN_SAMPLE);
  return healed + healedNew + (await healAmong(found, job.full ? all : READ_BACK_SAMPLE));
}

async function healWrong(
  engine: Engine,
  store: RepairableStore,
  { digests, meter, bytesOf }: ReadBack & { digests: Iterable<Digest>; meter: Meter },
  options: JobOptions,
): Promise<number> {
  let healed = 0;
  const proven = verified(store, engine.pool);
  await forEachSlot(
    engine,
    digests,
    async (digest, slot, signal) => {
      try {
        meter.add(await readBlock(proven, digest, slot.bytes, { signal }));
      } catch (error) {
        if (!isWrong(error)) throw error;
        const bytes = await bytesOf(digest);
        await store.replace(digest, bytes, { signal }).catch((reason) => Promise.reject(lost(reason, store)));
        healed += 1;
      }
    },
    options,
  );
  return healed;
}

/** A store that lacks what it has just taken is none to rely on. */
function lost(reason: unknown, { name }: RepairableStore): unknown {
  if (!(reason instanceof MissingError)) return reason;
  return new UnavailableError('PROTECT_FAILED', {
    should: `store ${name} must give back what it has taken before a release is registered`,
    was: reason.message,
    next: 'check that the store has room and keeps what it takes, then run the same command again',
    cause: reason,
  });
}

function isWrong(error: unknown): boolean {
  return error instanceof BallastError && (error.kind === 'corrupt' || error.kind === 'missing');
}

function randomBlocks(count: number, digests: DigestList): readonly Digest[] {
  return randomSample(count, digests.count).map((place) => digests.at(place));
}

function* without(digests: Iterable<Digest>, read: ReadonlySet<Digest>): Iterable<Digest> {
  for (const digest of digests) if (!read.has(digest)) yield digest;
}
