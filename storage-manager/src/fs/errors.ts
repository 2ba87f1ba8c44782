import { basename } from 'node:path';
import { BusyError, CorruptError, PolicyError, ResourceError } from '../errors.ts';
import { shownPath } from './shown-path.ts';

/** What a person can do about it, by the system's name of the error. */
const NEXT: Readonly<Record<string, string>> = {
  EACCES: 'give this user the right to it, or choose another place',
  EPERM: 'give this user the right to it, or choose another place',
  EROFS: 'mount it writable, or choose another place',
  EMFILE: 'raise the limit of open files (ulimit -n)',
  ENFILE: "raise the system's limit of open files",
  EIO: 'check the disk and its cables, or choose another place',
  EXDEV: 'keep both names on one file system',
  EISDIR: 'name a file, or move the folder away',
  ENOTDIR: 'name a folder, or move the file away',
  ENOENT: 'check the name; somebody may have moved or deleted it',
};

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html) that tell of the machine, not of a mistake of ours. */
const SQLITE = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/**
 * The error to throw for what the file system, or SQLite on it, said: ResourceError `DISK_FULL` or `FILE_SYSTEM`,
 * BusyError `LOCKED`, CorruptError `STORE_CORRUPT` (a damaged database). Anything else (our own errors, an abort, a mistake in the code) comes back as it is.
 * @param what the path, or what was done to it
 */
export function fileSystemError(error: unknown, what: string): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if ('errcode' in error && typeof error.errcode === 'number')
    return sqliteError(error, error.errcode & 0xff, what);
  if (!('syscall' in error) || !('code' in error) || typeof error.code !== 'string') return error;
  const where = shownPath(what);
  return FULL.has(error.code) ? full(error, where) : failed(error, where, NEXT[error.code]);
}

/** @param doing what is done with the file: `packed` */
export function sourceChanged(path: string, doing: string): BusyError {
  return new BusyError('SOURCE_CHANGED', {
    should: `${path} must stay as it is while it is ${doing}`,
    was: 'it changed meanwhile',
    next: 'wait until nothing writes to it, then run the same command again',
  });
}

/** @param was what has the name, or is in it */
export function destinationExists(path: string, was: string, next: string, cause?: unknown): PolicyError {
  return new PolicyError('DESTINATION_EXISTS', {
    should: `destination ${shownPath(path)} must not exist yet`,
    was,
    next,
    cause,
  });
}

function sqliteError(error: Error, code: number, what: string): Error {
  if (code === SQLITE.full) return full(error, what);
  if (code === SQLITE.readOnly) return failed(error, what, NEXT.EROFS);
  if (code === SQLITE.io || code === SQLITE.cannotOpen) return failed(error, what);
  if (code === SQLITE.corrupt || code === SQLITE.notADatabase) return corrupt(error, what);
  if (code !== SQLITE.busy && code !== SQLITE.locked) return error;
  return new BusyError('LOCKED', {
    should: `${what} must be free`,
    was: 'another process holds it',
    next: 'wait until it is done, then run the same command again',
    cause: error,
  });
}

function corrupt(error: Error, what: string): CorruptError {
  return new CorruptError('STORE_CORRUPT', {
    should: `${what} must be a sound database`,
    was: error.message,
    next: 'move it away: it is made anew, and the same command begins again',
    cause: error,
  });
}

function full(error: Error, what: string): ResourceError {
  return new ResourceError('DISK_FULL', {
    should: `${what} must have room`,
    was: saidBySystem(error, what),
    next: 'free space there or choose another place, then run the same command again',
    cause: error,
  });
}

function failed(
  error: Error,
  what: string,
  next = 'check the rights and the disk, which may be full, of files too (df -i), or choose another place',
): ResourceError {
  return new ResourceError('FILE_SYSTEM', {
    should: `${what} must be usable`,
    was: saidBySystem(error, what),
    next,
    cause: error,
  });
}

/** What the system said, without the call and the path where the message has the path already: that may be a held folder's. */
export function saidBySystem(error: Error, what: string): string {
  const { message, syscall, path } = error as NodeJS.ErrnoException;
  const told = path !== undefined && basename(what) === basename(path);
  return told ? (message.split(`, ${syscall} `)[0] ?? message) : shownPath(message);
}
