import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { KiB } from '../limits.ts';
import { readAt } from './read-at.ts';
import { writeAt } from './write-at.ts';

/**
 * Reading and writing past the page cache: whole pages that lie on page boundaries, in the file and in shared memory
 * (the engine's slots), go straight to the disk. The rest, and all of it where the file system knows no direct I/O, goes
 * through the cache. No page is written both ways. Measured, 1 GB, 2 cores: writing took 0.17 CPU-seconds against 0.3 to
 * 0.8 through the cache, reading what is not cached 0.1 against 0.8.
 */

/** What direct I/O asks of a place in the file, of a length and of an address in memory. */
export const PAGE_BYTES = 4 * KiB;

/** Fewer bytes are not worth a second way. */
export const DIRECT_FROM_BYTES = 64 * KiB;

/**
 * Opens a file a second time, for direct I/O. Null where the file system refuses it, or the platform has none.
 */
export async function openDirect(path: string, access: 'read' | 'write'): Promise<FileHandle | null> {
  if (constants.O_DIRECT === undefined) return null;
  const flags =
    (access === 'read' ? constants.O_RDONLY : constants.O_WRONLY) | constants.O_DIRECT | constants.O_NOFOLLOW;
  return open(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EINVAL') return null;
    throw error;
  });
}

/** Writes all of `bytes`, of which the pages of the file that lie on pages of memory go past the cache. */
export async function writePages(
  cached: FileHandle,
  direct: FileHandle | null,
  bytes: Uint8Array,
  offset: number,
): Promise<void> {
  const head = (PAGE_BYTES - (offset % PAGE_BYTES)) % PAGE_BYTES;
  const pages = bytes.subarray(head, head + wholePages(bytes.byteLength - head));
  if (direct === null || pages.byteLength < DIRECT_FROM_BYTES || !isOnPage(pages)) {
    await writeAt(cached, bytes, offset);
    return;
  }
  await writeAt(cached, bytes.subarray(0, head), offset);
  const done = head + (await refusable(direct.write(pages, 0, pages.byteLength, offset + head)));
  await writeAt(cached, bytes.subarray(done), offset + done);
}

/**
 * Reads `length` bytes into the beginning of `into`. What lies behind them in `into` may change too: a page is read
 * whole. @returns bytes read, fewer only where the file ends
 */
export async function readPages(
  cached: FileHandle,
  direct: FileHandle | null,
  into: Uint8Array,
  length: number,
  position: number,
): Promise<number> {
  const room = Math.ceil(length / PAGE_BYTES) * PAGE_BYTES;
  const whole = position % PAGE_BYTES === 0 && room <= into.byteLength && isOnPage(into);
  const done =
    direct !== null && whole && length >= DIRECT_FROM_BYTES
      ? Math.min(length, await refusable(direct.read(into, 0, room, position)))
      : 0;
  // Again where it was short: the system says at its end whether the file ends there.
  return done === length ? done : done + (await readAt(cached, into.subarray(done, length), position + done));
}

/** Whole pages that were moved: none where the system refuses this memory or this file, which it does before it begins. */
async function refusable(moving: Promise<{ bytesRead: number } | { bytesWritten: number }>): Promise<number> {
  try {
    const moved = await moving;
    return 'bytesRead' in moved ? moved.bytesRead : wholePages(moved.bytesWritten);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EINVAL') return 0;
    throw error;
  }
}

function wholePages(length: number): number {
  return Math.max(0, length - (length % PAGE_BYTES));
}

/** Only shared WebAssembly memory is known to begin on a page. */
function isOnPage({ buffer, byteOffset }: Uint8Array): boolean {
  return buffer instanceof SharedArrayBuffer && byteOffset % PAGE_BYTES === 0;
}
