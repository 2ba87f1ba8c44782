import { statSync } from 'node:fs';
import { fileSystemError } from './errors.ts';

/** Tells one file from the next of the same name, by inode and birth (an inode's number is used again). Null: no file. */
export function identityOf(file: string): string | null {
  try {
    const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? null : `${stats.ino} ${stats.birthtimeNs}`;
  } catch (error) {
    throw fileSystemError(error, file);
  }
}
