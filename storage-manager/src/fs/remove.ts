import { rm, rmdir } from 'node:fs/promises';
import { fileSystemError } from './errors.ts';

/** Removes a file or a link; nothing where there is none. @throws ResourceError `FILE_SYSTEM` */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true }).catch((error) => {
    throw fileSystemError(error, path);
  });
}

/** Removes a file, or a folder with all that is in it, following no link; nothing where there is none. @throws as `removeFile` */
export async function removeTree(path: string): Promise<void> {
  // Another process may just be putting something in it.
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch((error) => {
    throw fileSystemError(error, path);
  });
}

/** Removes a folder that holds nothing; one that holds something stays, and so does one that is not there. */
export async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => {});
}
