import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { fileSystemError } from './errors.ts';

/** What has this name, a link itself; null where nothing has. @throws ResourceError `FILE_SYSTEM` */
export function lookAt(path: string): Promise<Stats | null> {
  return lstat(path).catch((error) => absent(error, path, null));
}

/** Names in a folder; none where it is not there. @throws ResourceError `FILE_SYSTEM` */
export function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error) => absent(error, folder, []));
}

function absent<T>(error: NodeJS.ErrnoException, path: string, nothing: T): T {
  if (error.code === 'ENOENT') return nothing;
  throw fileSystemError(error, path);
}
