import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ResourceError } from '../errors.ts';
import { fileSystemError } from './errors.ts';
import { makeFolder } from './make-folder.ts';
import { untilFree, type WaitOptions } from './until-free.ts';

/** File systems whose locks are not to be trusted, by the magic number of statfs(2). */
const NETWORK: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB2'],
  [0xff534d42, 'CIFS'],
]);

/**
 * Runs `work` while this process alone holds the lock. The lock is an exclusive SQLite transaction on `file`, which
 * stays empty: the kernel frees it when the process dies, however it dies. It holds between processes and within one,
 * is not reentrant, and promises no order among those who wait. Nobody else may open the file: closing any descriptor
 * of it would free the lock (POSIX).
 * @throws BusyError `LOCKED` when the wait is over; ResourceError `FILE_SYSTEM`, also on a network file system
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  options: WaitOptions = {},
): Promise<T> {
  const lock = await openLock(file);
  try {
    options.signal?.throwIfAborted();
    // Nothing is ever written, so nothing needs a journal on the disk, which may be full.
    const begin = () => lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    await untilFree(`lock ${file}`, begin, options);
    return await work();
  } finally {
    // Ends the transaction too.
    lock.close();
  }
}

/** The name of the network file system with this magic number, null for any other. */
export function networkFileSystem(magic: number): string | null {
  return NETWORK.get(magic) ?? null;
}

async function openLock(file: string): Promise<DatabaseSync> {
  const folder = dirname(file);
  try {
    await makeFolder(folder);
    const network = networkFileSystem((await statfs(folder)).type);
    if (network !== null) throw notLocal(folder, network);
    return new DatabaseSync(file, { timeout: 0 });
  } catch (error) {
    throw fileSystemError(error, `lock ${file}`);
  }
}

function notLocal(folder: string, network: string): ResourceError {
  return new ResourceError('FILE_SYSTEM', {
    should: `${folder} must lie on a local disk, where locks hold`,
    was: `it lies on a network file system (${network})`,
    next: 'set BALLAST_HOME to a folder on a local disk',
  });
}
