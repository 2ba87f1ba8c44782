import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ResourceError } from '../errors.ts';

/**
 * Opens a file of our own state. To open a pipe that nobody writes to would wait for ever, and no signal would end it: it
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

function irregular(path: string, cause?: unknown): ResourceError {
  return new ResourceError('FILE_SYSTEM', {
    should: `${path} must be a regular file`,
    was: 'it is a folder, a pipe or a device',
    next: 'restore it from a backup, or begin anew with `ballast reset` and store the models again',
    cause,
  });
}
