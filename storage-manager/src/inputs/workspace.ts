import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { BusyError } from '../errors.ts';
import { withLock } from '../fs/locks.ts';
import { lookAt, namesIn } from '../fs/look.ts';
import { makeNewFolder } from '../fs/make-folder.ts';
import { removeFile, removeTree } from '../fs/remove.ts';
import type { CallOptions } from '../interfaces.ts';

/** What `randomUUID` gives: of other names nothing is ours, and nothing is removed. */
const OURS = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Gives `work` a new folder that nobody else may enter, and removes it afterwards, however the work ends. The lock beside
 * it tells others that its owner lives.
 */
export function withWorkspace<T>(
  workspaces: string,
  work: (folder: string) => Promise<T>,
  options: CallOptions,
): Promise<T> {
  const folder = join(workspaces, randomUUID());
  const alive = async () => {
    try {
      await makeNewFolder(folder);
      return await work(folder);
    } finally {
      await remove(folder);
    }
  };
  return withLock(lockOf(folder), alive, options);
}

/**
 * Removes what runs that were killed have left. Only a folder that stands is asked for its lock: its owner held it before
 * he made the folder, so whoever gets the lock of one that stands knows that the owner is gone.
 */
export async function sweepWorkspaces(workspaces: string): Promise<void> {
  for (const name of await namesIn(workspaces)) {
    const folder = join(workspaces, name);
    if (!OURS.test(name) || (await lookAt(folder)) === null) continue;
    await withLock(lockOf(folder), () => remove(folder), { waitMs: 0 }).catch((error) => {
      if (!(error instanceof BusyError)) throw error;
    });
  }
}

const lockOf = (folder: string) => `${folder}.lock`;

/** The folder first: a lock without one is asked for by nobody. */
async function remove(folder: string): Promise<void> {
  await removeTree(folder);
  await removeFile(lockOf(folder));
}
