import { type FileHandle, open } from 'node:fs/promises';
import { fileSystemError } from './errors.ts';
import { setFileMode } from './modes.ts';

/**
 * Makes a file of this mode, whatever the umask; by default for this user alone. What is opened was made here: never a file that somebody put in its place,
 * nor what a link leads to.
 * @throws ResourceError `DISK_FULL`, `FILE_SYSTEM`, also where anything has the name
 */
export async function createFile(path: string, mode = 0o600): Promise<FileHandle> {
  try {
    const file = await open(path, 'wx', mode);
    if ((mode & 0o077) !== 0) await setFileMode(file, mode);
    return file;
  } catch (error) {
    throw fileSystemError(error, path);
  }
}

/** Makes a file of these bytes; durable once it is committed (commit.ts). @throws as `createFile` */
export async function writeNew(path: string, bytes: string | Uint8Array, mode?: number): Promise<void> {
  const file = await createFile(path, mode);
  try {
    await file.writeFile(bytes);
  } catch (error) {
    throw fileSystemError(error, path);
  } finally {
    await file.close();
  }
}

export interface PiecesOptions {
  /** That the file gets; default: now. */
  readonly time?: Date | undefined;
  readonly mode?: number | undefined;
}

/** Makes a file of what comes, piece by piece; durable once it is committed. @throws as `createFile`; what `pieces` throws */
export async function writePieces(
  path: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { time, mode }: PiecesOptions = {},
): Promise<void> {
  const file = await createFile(path, mode);
  try {
    for await (const piece of pieces) await file.writeFile(piece);
    if (time !== undefined) await file.utimes(time, time);
  } catch (error) {
    throw fileSystemError(error, path);
  } finally {
    await file.close();
  }
}
