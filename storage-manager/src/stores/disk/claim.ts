import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BusyError } from '../../errors.ts';
import { fileSystemError } from '../../fs/errors.ts';
import { identityOf } from '../../fs/identity.ts';
import { withLock } from '../../fs/locks.ts';
import { removeFile } from '../../fs/remove.ts';
import type { CallOptions } from '../../interfaces.ts';
import { type Layout, temporaryId } from './layout.ts';

/** A right to the names `tmp/<id>.*`, shown to other processes by a lock that ends with ours. */
export interface Claim {
  readonly id: string;
  /** Deletes what has still such a name. */
  release(): Promise<void>;
}

/** Claims a new id, after deleting what dead processes left behind. */
export function claim(layout: Layout, options: CallOptions): Promise<Claim> {
  // Under the store's lock nobody is between making a lock file and holding it, so an unheld one is a dead one's.
  return withLock(layout.lock, () => claimLocked(layout), options);
}

async function claimLocked(layout: Layout): Promise<Claim> {
  try {
    await sweep(layout);
    const id = temporaryId();
    const free = await hold(layout.temporary(id, 'lock'));
    return {
      id,
      release: async () => {
        await removeNames(layout, id).finally(free);
      },
    };
  } catch (error) {
    throw fileSystemError(error, layout.tmp);
  }
}

async function sweep(layout: Layout): Promise<void> {
  const ids = new Set((await readdir(layout.tmp)).map((name) => name.split('.', 1)[0]!));
  for (const id of ids) {
    const file = layout.temporary(id, 'lock');
    try {
      await withLock(file, () => removeNames(layout, id), { waitMs: 0 });
    } catch (error) {
      // Held, or just given back by who held it.
      if (!(error instanceof BusyError) && identityOf(file) !== null) throw error;
    }
  }
}

async function removeNames(layout: Layout, id: string): Promise<void> {
  try {
    for (const name of await readdir(layout.tmp)) {
      if (name.startsWith(`${id}.`)) await removeFile(join(layout.tmp, name));
    }
  } catch (error) {
    throw fileSystemError(error, layout.tmp);
  }
}

/** Takes the lock and returns what frees it. */
async function hold(file: string): Promise<() => Promise<void>> {
  const taken = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const held = withLock(file, () => {
    taken.resolve();
    return end.promise;
  });
  held.catch(taken.reject);
  await taken.promise;
  return () => {
    end.resolve();
    return held;
  };
}
