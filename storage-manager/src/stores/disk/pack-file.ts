import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Layout } from './layout.ts';
import { decodeTable, type Entry, RECORD_BYTES, type Table, tableLength } from './table.ts';

/** One read that takes in the whole table of a pack with 1,023 blocks. */
const TAIL_BYTES = 64 * 1024;
const NO_TABLE: Table = { entries: [], whole: false };

/** Codes of open(2) for a name that no regular file has; a link is not followed and a pipe not waited for. */
const NO_FILE = new Set<unknown>(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO']);
const READ_REGULAR = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Null where no regular file has this name. */
export async function openRegular(path: string): Promise<FileHandle | null> {
  const handle = await open(path, READ_REGULAR).catch((error: NodeJS.ErrnoException) => {
    if (NO_FILE.has(error.code)) return null;
    throw error;
  });
  if (handle === null || (await handle.stat()).isFile()) return handle;
  await handle.close();
  return null;
}

/** Fills `into` from `position` on. @returns bytes read, fewer only where the file ends */
export async function readAt(handle: FileHandle, into: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < into.byteLength) {
    const { bytesRead } = await handle.read(into, done, into.byteLength - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/**
 * What a pack holds: by the table at its end and, where that is damaged, also by the copy beside it. A block that
 * neither names is missing.
 */
export async function readPackTable(layout: Layout, number: number): Promise<readonly Entry[]> {
  const table = await readTableOf(layout.pack(number));
  if (table.whole) return table.entries;
  const spare = await readTableOf(layout.spareTable(number));
  return [...table.entries, ...spare.entries];
}

/** The table at the end of a file: a pack, or a copy of a table, which is nothing but end. */
async function readTableOf(path: string): Promise<Table> {
  const handle = await openRegular(path);
  if (handle === null) return NO_TABLE;
  try {
    return await readTable(handle);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EIO') return NO_TABLE;
    throw error;
  } finally {
    await handle.close();
  }
}

async function readTable(handle: FileHandle): Promise<Table> {
  const { size } = await handle.stat();
  // Records begin at whole records from the start, so a file that lost its end still has the others in place.
  const end = size - (size % RECORD_BYTES);
  const tail = await readBefore(handle, end, Math.min(end, TAIL_BYTES));
  const length = tableLength(tail);
  if (length === null || length > end) return NO_TABLE;
  return decodeTable(await readBefore(handle, end, length));
}

async function readBefore(handle: FileHandle, end: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, await readAt(handle, bytes, end - length));
}
