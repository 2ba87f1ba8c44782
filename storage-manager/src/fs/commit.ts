import { readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFile, syncFolder } from './durable.ts';
import { destinationExists, fileSystemError } from './errors.ts';
import { lookAt } from './look.ts';
import { PUBLIC_FOLDER, setFolderMode } from './modes.ts';
import { writeNew } from './new-file.ts';
import { removeFile } from './remove.ts';

/**
 * Gives a finished file its final name: sync the file, rename, sync the folder. A file that has the name already is
 * replaced; after a power cut the name shows the old bytes or the new ones, whole.
 * @param temporary on the same file system as `final`, best in the same folder
 * @throws ResourceError `DISK_FULL`, `FILE_SYSTEM`
 */
export async function commitFile(temporary: string, final: string): Promise<void> {
  try {
    await syncFile(temporary);
    await rename(temporary, final);
    await syncFolder(dirname(final));
  } catch (error) {
    throw fileSystemError(error, `${temporary} → ${final}`);
  }
}

/**
 * The same without a sync, for copies that are hashed whenever they are used: after a power cut the name may show nothing, or
 * other bytes. @throws as `commitFile`
 */
export async function commitCopy(temporary: string, final: string): Promise<void> {
  await rename(temporary, final).catch((error) => {
    throw fileSystemError(error, `${temporary} → ${final}`);
  });
}

/**
 * Gives these bytes a final name, by default readable by this user alone: all of them or none. The caller holds a lock, so that
 * nobody else writes `final` at the same time; what a killed run left is replaced.
 * @throws ResourceError `DISK_FULL`, `FILE_SYSTEM`
 */
export async function writeWhole(final: string, text: string, mode = 0o600): Promise<void> {
  const temporary = `${final}.new`;
  try {
    await removeFile(temporary);
    await writeNew(temporary, text, mode);
    await commitFile(temporary, final);
  } catch (error) {
    await removeFile(temporary).catch(() => {});
    throw fileSystemError(error, final);
  }
}

/**
 * Gives a finished tree its final name: open it to readers, sync every folder in it, one rename, sync the parent.
 * Its files were synced by whoever wrote them.
 * @param mode of the folder itself; default 0755, as those in it
 * @throws PolicyError `DESTINATION_EXISTS` where anything has the name already; ResourceError `DISK_FULL`, `FILE_SYSTEM`
 */
export async function commitFolder(
  temporary: string,
  final: string,
  mode: number = PUBLIC_FOLDER,
): Promise<void> {
  try {
    await finishFolders(temporary, mode);
    // The kernel refuses a file or a filled folder of that name; an empty one it would replace, hence the look.
    if ((await lookAt(final)) !== null) throw taken(final);
    await rename(temporary, final);
    await syncFolder(dirname(final));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') throw taken(final, error);
    throw fileSystemError(error, `${temporary} → ${final}`);
  }
}

async function finishFolders(folder: string, mode: number): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await finishFolders(join(folder, entry.name), PUBLIC_FOLDER);
  }
  await setFolderMode(folder, mode);
  await syncFolder(folder);
}

function taken(final: string, cause?: unknown): Error {
  const next = 'move it away or choose another name, then run the same command again';
  return destinationExists(final, 'a file or folder has that name', next, cause);
}
