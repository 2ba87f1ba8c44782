import { mkdir, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { BusyError, ResourceError } from '../errors.ts';
import type { CallOptions } from '../interfaces.ts';
import { fileSystemError } from './errors.ts';

const DEFAULT_WAIT_MS = 10_000;

/** How often a waiting process looks again: short beside any job, long beside the 20 µs that a look costs. */
const LOOK_MS = 25;

/** From here on a person would wonder. */
const TELL_AFTER_MS = 1_000;

export interface LockOptions extends CallOptions {
  /** How long to wait for another holder; default 10 s, 0: not at all. */
  readonly waitMs?: number | undefined;
  /** Called once, where it takes longer than a second. */
  readonly onWait?: (() => void) | undefined;
}

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
  { signal, waitMs = DEFAULT_WAIT_MS, onWait }: LockOptions = {},
): Promise<T> {
  const lock = await openLock(file);
  try {
    const start = performance.now();
    let told = false;
    for (signal?.throwIfAborted(); !begin(lock, file); ) {
      const waited = performance.now() - start;
      if (waited >= waitMs) throw busy(file, waitMs);
      if (waited >= TELL_AFTER_MS && !told) {
        told = true;
        onWait?.();
      }
      await delay(LOOK_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
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
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const network = networkFileSystem((await statfs(folder)).type);
    if (network !== null) throw notLocal(folder, network);
    return new DatabaseSync(file, { timeout: 0 });
  } catch (error) {
    throw fileSystemError(error, `lock ${file}`);
  }
}

/** False while another holds it. */
function begin(lock: DatabaseSync, file: string): boolean {
  try {
    // Nothing is ever written, so nothing needs a journal on the disk, which may be full.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    const reason = fileSystemError(error, `lock ${file}`);
    if (reason instanceof BusyError) return false;
    throw reason;
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
