import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BusyError } from '../errors.ts';
import { fileSystemError } from '../fs/errors.ts';
import { withLock } from '../fs/locks.ts';
import { lookAt, namesIn } from '../fs/look.ts';
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
      await mkdir(folder, { mode: 0o700 });
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
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    await rm(lockOf(folder), { force: true });
  } catch (error) {
    throw fileSystemError(error, folder);
  }
}
