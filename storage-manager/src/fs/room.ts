import { statfs } from 'node:fs/promises';
import { ResourceError } from '../errors.ts';
import { DISK_RESERVE_BYTES } from '../limits.ts';
import { fileSystemError } from './errors.ts';

/** `1,234 bytes` */
export function bytesText(bytes: number): string {
  return `${bytes.toLocaleString('en-US')} bytes`;
}

/** Bytes that this user may still write where the folder lies. */
export async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    throw fileSystemError(error, folder);
  }
}

/** @throws ResourceError `DISK_FULL` where what is needed would leave less than 64 MiB free */
export function requireRoom(folder: string, needed: number, free: number): void {
  if (needed + DISK_RESERVE_BYTES <= free) return;
  throw new ResourceError('DISK_FULL', {
    should: `${folder} must have room for ${bytesText(needed)}, and 64 MiB to spare`,
    was: `${bytesText(free)} are free`,
    next: 'free space there, or move the state with BALLAST_HOME, then run the same command again',
  });
}
