import { type FileHandle, open } from 'node:fs/promises';
import { removeFile } from './remove.ts';

/** Makes a folder's entries durable. @throws the system's own error */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Makes a file's bytes durable. @throws as `syncOrRemove` */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await syncOrRemove(file, path);
  } finally {
    await file.close();
  }
}

/**
 * Makes an open file's bytes durable. Where that fails the file is removed: what the disk has lost the page cache still
 * shows, whoever looked again would find it right, and the next sync would call it durable (fsync(2)).
 * @throws the system's own error
 */
export async function syncOrRemove(file: FileHandle, path: string): Promise<void> {
  try {
    await file.datasync();
  } catch (error) {
    await removeFile(path).catch(() => {});
    throw error;
  }
}
