import { constants } from 'node:fs';
import { openRegular } from './regular-file.ts';
import { writeAt } from './write-at.ts';

/**
 * Writes bytes from `start` on, over whatever a crash has left there, and resolves once they are durable. Where the sync
 * fails they are taken back: the next one would call durable what this one has lost (fsync(2)).
 * @returns the size that the file had; where that is less than `start` nothing was written
 * @throws as `openRegular`; the system's own error
 */
export async function appendAt(path: string, start: number, bytes: Uint8Array): Promise<number> {
  const file = await openRegular(path, constants.O_RDWR);
  try {
    const { size } = await file.stat();
    if (size < start) return size;
    await file.truncate(start);
    try {
      await writeAt(file, bytes, start);
      await file.sync();
    } catch (error) {
      await file.truncate(start).catch(() => {});
      throw error;
    }
    return size;
  } finally {
    await file.close();
  }
}
