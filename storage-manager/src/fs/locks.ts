import { statSync } from 'node:fs';
import { mkdir, realpath, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { BusyError, ResourceError } from '../errors.ts';
import { lockName } from '../ids/own-names.ts';
import type { CallOptions } from '../interfaces.ts';
import { fileSystemError } from './errors.ts';

const DEFAULT_WAIT_MS = 10_000;

/** How often a waiting process looks again: short beside any job, long beside the 20 µs that a look costs. */
const LOOK_MS = 25;

/** File systems whose locks are not to be trusted, by the magic number of statfs(2). */
const NETWORK: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB2'],
  [0xff534d42, 'CIFS'],
]);

export interface LockOptions extends CallOptions {
  /** How long to wait for another holder, default 10 s; 0 = not at all. */
  readonly waitMs?: number | undefined;
  /** Delete the file at the end (default false); a killed process leaves it to the next holder. */
  readonly temporary?: boolean | undefined;
}

/**
 * Runs `work` while this process alone holds the lock. The lock is an exclusive SQLite transaction on `file`, which
 * stays empty: the kernel frees it when the process dies, however it dies. It holds between processes and within one,
 * is not reentrant, and promises no order among those who wait. Only its holder may delete the file. Nobody else may
 * open it: closing any descriptor of it would free the lock (POSIX).
 * @throws BusyError `LOCKED` when the wait is over; ResourceError `FILE_SYSTEM`, also on a network file system
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  { signal, waitMs = DEFAULT_WAIT_MS, temporary = false }: LockOptions = {},
): Promise<T> {
  // What is beside the user's own files gets the rights that he gives to new folders.
  await prepareFolder(dirname(file), temporary ? 0o777 : 0o700);
  signal?.throwIfAborted();
  const deadline = performance.now() + waitMs;
  let lock = tryLock(file);
  while (lock === null) {
    if (performance.now() >= deadline) throw busy(file, waitMs);
    await delay(LOOK_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
    lock = tryLock(file);
  }
  try {
    return await work();
  } finally {
    // Before it is free: whoever opened it meanwhile sees that it is gone, and looks again.
    if (temporary) await rm(file, { force: true }).catch(() => {});
    // Ends the transaction too.
    lock.close();
  }
}

/**
 * The lock file of what is made at `path`: hidden beside it, so that all who write there agree on it, whatever their
 * state folders and by whichever links they come. For `withLock` with `temporary`. Makes nothing.
 */
export async function lockFileBeside(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return join(await realFolder(dirname(absolute)), lockName(basename(absolute)));
  } catch (error) {
    throw fileSystemError(error, absolute);
  }
}

/** The name of the network file system with this magic number, null for any other. */
export function networkFileSystem(magic: number): string | null {
  return NETWORK.get(magic) ?? null;
}

async function prepareFolder(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode });
    const network = networkFileSystem((await statfs(folder)).type);
    if (network !== null) throw notLocal(folder, network);
  } catch (error) {
    throw fileSystemError(error, folder);
  }
}

/**
 * Null while another holds it, or where the file was deleted meanwhile. A lock counts only where the path leads to the
 * locked file: to the same one before it was opened and after it was locked, and so also in between, because a deleted
 * file never comes back.
 */
function tryLock(file: string): DatabaseSync | null {
  const { identity, lock } = openLock(file);
  const stands = () => identity !== null && identity === identityOf(file);
  let held = false;
  try {
    lock.exec('BEGIN EXCLUSIVE');
    held = stands();
  } catch (error) {
    const reason = fileSystemError(error, `lock ${file}`);
    // SQLite calls a deleted file an I/O error.
    if (!(reason instanceof BusyError) && stands()) throw reason;
  } finally {
    if (!held) lock.close();
  }
  return held ? lock : null;
}

function openLock(file: string) {
  try {
    // Opening makes it.
    if (identityOf(file) === null) new DatabaseSync(file).close();
    const identity = identityOf(file);
    return { identity, lock: new DatabaseSync(file, { timeout: 0 }) };
  } catch (error) {
    throw fileSystemError(error, `lock ${file}`);
  }
}

/** Inode and birth: an inode's number alone is used again. */
function identityOf(file: string): string | null {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.ino} ${stats.birthtimeNs}`;
}

/** The folder by its real name; of one that is not there yet, as much as is there. */
async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(folder) === folder) throw error;
    return join(await realFolder(dirname(folder)), basename(folder));
  }
}

function busy(file: string, waitMs: number): BusyError {
  return new BusyError('LOCKED', {
    should: `lock ${file} must become free within ${waitMs} ms`,
    was: 'another process holds it',
    next: 'wait until the other command is done, then run the same command again',
  });
}

function notLocal(folder: string, network: string): ResourceError {
  return new ResourceError('FILE_SYSTEM', {
    should: `${folder} must lie on a local disk, where locks hold`,
    was: `it lies on a network file system (${network})`,
    next: 'set BALLAST_HOME to a folder on a local disk',
  });
}
