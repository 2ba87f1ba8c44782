import { CorruptError } from '../../errors.ts';
import { fileSystemError } from '../../fs/errors.ts';
import { withLock } from '../../fs/locks.ts';
import { makeFolder } from '../../fs/make-folder.ts';
import { removeFile } from '../../fs/remove.ts';
import { Claims, TURN_MS } from './claims.ts';
import { Owner } from './owner.ts';
import { placesIn } from './places.ts';
import { mark, refuseForeign } from './tag.ts';

/** What a process has that brings blocks into a cache. */
export interface Membership {
  readonly owner: Owner;
  readonly claims: Claims;
}

/**
 * Makes the cache where it is missing, and this process one of its owners. Clears away what a few of the dead have left.
 * @throws PolicyError `PATH_UNSAFE` where the folder is something else; ResourceError `FORMAT_UNKNOWN`, `DISK_FULL`,
 *   `FILE_SYSTEM`; BusyError `LOCKED`
 */
export async function enter(folder: string): Promise<Membership> {
  const { blocks, owners, index, lock } = placesIn(folder);
  await refuseForeign(folder);
  const alone = async () => {
    await mark(folder);
    await makeFolder(blocks);
    const claims = await openClaims(index);
    try {
      const owner = await Owner.enter(owners);
      for (const id of await owner.someDead()) {
        await claims.releaseAll(id);
        await owner.bury(id);
      }
      return { owner, claims };
    } catch (error) {
      claims.close();
      throw error;
    }
  };
  return withLock(lock, alone, { waitMs: TURN_MS }).catch((error: unknown) => {
    throw fileSystemError(error, folder);
  });
}

/** What the index says can be found out anew: a damaged one is dropped. */
async function openClaims(index: string): Promise<Claims> {
  try {
    return await Claims.open(index);
  } catch (error) {
    if (!(error instanceof CorruptError)) throw error;
    for (const ending of ['', '-wal', '-shm']) await removeFile(index + ending);
    return Claims.open(index);
  }
}
