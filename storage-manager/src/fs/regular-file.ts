import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ResourceError } from '../errors.ts';
import type { CallOptions } from '../interfaces.ts';
import { orAborted } from '../or-aborted.ts';
import { readAt } from './read-at.ts';

/** What open(2) says of a name that no file has, and of a link that is not followed. */
const NO_FILE = new Set<unknown>(['ENOENT', 'ENOTDIR', 'ELOOP']);

/**
 * Opens a file that another may have put there. To open a pipe that nobody writes to would wait for ever, and no signal would end it: it
 * is opened without waiting, and refused.
 * @param access `O_RDONLY` or `O_RDWR`
 * @throws ResourceError `FILE_SYSTEM` where it is no regular file; the system's own error, as `ENOENT`
 */
export async function openRegular(path: string, access = constants.O_RDONLY): Promise<FileHandle> {
  const handle = await open(path, access | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    // A socket.
    throw error.code === 'ENXIO' ? irregular(path, error) : error;
  });
  let regular = false;
  try {
    regular = (await handle.stat()).isFile();
  } finally {
    if (!regular) await handle.close();
  }
  if (!regular) throw irregular(path);
  return handle;
}

/** The same for reading; null where no regular file has this name, or only a link to one. @throws the system's own error */
export async function findRegular(path: string): Promise<FileHandle | null> {
  return openRegular(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error) => {
    if (error instanceof ResourceError || NO_FILE.has(error.code)) return null;
    throw error;
  });
}

/** The text of a regular file. @throws as `openRegular`; ResourceError `FILE_SYSTEM` where it has more than `most` bytes */
export function readBounded(path: string, most: number, { signal }: CallOptions = {}): Promise<string> {
  return orAborted(readText(path, most), signal);
}

async function readText(path: string, most: number): Promise<string> {
  const file = await openRegular(path);
  try {
    const { size } = await file.stat();
    if (size > most) throw tooLong(path, most, size);
    const bytes = Buffer.alloc(size);
    return bytes.toString('utf8', 0, await readAt(file, bytes, 0));
  } finally {
    await file.close();
  }
}

function tooLong(path: string, most: number, size: number): ResourceError {
  return new ResourceError('FILE_SYSTEM', {
    should: `${path} must have at most ${most} bytes`,
    was: `it has ${size}`,
    next: 'see what has written it, and delete it',
  });
}

function irregular(path: string, cause?: unknown): ResourceError {
  return new ResourceError('FILE_SYSTEM', {
    should: `${path} must be a regular file`,
    was: 'it is a folder, a pipe or a device',
    next: 'see what has put it there, and put the file back from a backup',
    cause,
  });
}
