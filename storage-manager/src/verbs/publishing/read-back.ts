import type { Engine } from '../../engine/engine.ts';
import { forEachSlot } from '../../engine/loop.ts';
import { BallastError } from '../../errors.ts';
import { type JobOptions, Meter } from '../../events.ts';
import type { Digest } from '../../ids/digest.ts';
import type { DigestList } from '../../ids/digest-list.ts';
import type { RepairableStore } from '../../interfaces.ts';
import { READ_BACK_SAMPLE } from '../../limits.ts';
import { readBlock } from '../../sources/side-by-side.ts';
import { verified } from '../../sources/verified.ts';
import { randomSample } from '../reading/random-sample.ts';
import type { Placed } from './placement.ts';

export interface ReadBack {
  /** Read every block, not a sample of those that were there before. */
  readonly full: boolean;
  /** Blocks that are read whatever else is sampled: index and manifest. */
  readonly metadata: ReadonlySet<Digest>;
  readonly bytesOf: (digest: Digest) => Promise<Uint8Array>;
}

/**
 * Reads back from one store what the release needs of it, and replaces what is wrong from the publisher's own bytes:
 * new blocks unless the store proved their hash on writing, and a random 300 of the old ones (1 % loss is found with
 * 95 % certainty: 1 - 0.99^300). One wrong block among those 300, and all old ones are read.
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
  let healed = await heal(job.metadata);
  if (job.full || !store.provesWrites) healed += await heal(without(written, job.metadata));
  const healedOld = await heal(without(job.full ? found : sample(found), job.metadata));
  healed += healedOld;
  if (healedOld > 0 && !job.full) healed += await heal(without(found, job.metadata));
  return healed;
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
        await store.replace(digest, await bytesOf(digest), { signal });
        healed += 1;
      }
    },
    options,
  );
  return healed;
}

function isWrong(error: unknown): boolean {
  return error instanceof BallastError && (error.kind === 'corrupt' || error.kind === 'missing');
}

function sample(digests: DigestList): readonly Digest[] {
  return randomSample(READ_BACK_SAMPLE, digests.count).map((place) => digests.at(place));
}

function* without(digests: Iterable<Digest>, read: ReadonlySet<Digest>): Iterable<Digest> {
  for (const digest of digests) if (!read.has(digest)) yield digest;
}
