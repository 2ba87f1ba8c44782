import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './durable.ts';
import { fileSystemError } from './errors.ts';
import { setFolderMode } from './modes.ts';

/**
 * Makes a folder and those it lies in; one that stands stays as it is. Node's own `recursive` tries for ever
 * where a folder that stands answers ENOENT, as `/proc` does, and no signal ends it.
 * @param mode whatever the umask; default for this user alone; null: as the umask says
 * @param lasting sync it into the folder it lies in (default); else for what is synced as a whole later, or never
 * @throws the system's own error
 */
export async function makeFolder(path: string, mode: number | null = 0o700, lasting = true): Promise<void> {
  if ((await made(path, mode, true)) && lasting) await syncFolder(dirname(path));
}

/** @param again the folder around it may be missing; else this is the second try @returns whether this call made it */
async function made(path: string, mode: number | null, again: boolean): Promise<boolean> {
  try {
    await mkdir(path, { mode: mode ?? 0o777 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (await isFolder(path)) return false;
    if (code !== 'ENOENT' || !again) throw error;
    // It is made here, or another process has just made it.
    await makeFolder(dirname(path), mode);
    return made(path, mode, false);
  }
  if (mode !== null) await setFolderMode(path, mode);
  return true;
}

/** Makes a folder that is not there yet, for this user alone, in one that stands. @throws ResourceError `DISK_FULL`, `FILE_SYSTEM` */
export async function makeNewFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error) => {
    throw fileSystemError(error, path);
  });
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (there) => there.isDirectory(),
    () => false,
  );
}
