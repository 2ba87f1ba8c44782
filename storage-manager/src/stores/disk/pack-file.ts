import type { FileHandle } from 'node:fs/promises';
import { readAt } from '../../fs/read-at.ts';
import { findRegular } from '../../fs/regular-file.ts';
import type { Layout } from './layout.ts';
import { decodeTable, type Entry, RECORD_BYTES, type Table, tableLength } from './table.ts';

/** One read that takes in the whole table of a pack with 1,023 blocks. */
const TAIL_BYTES = 64 * 1024;
const NO_TABLE: Table = { entries: [], whole: false };

/**
 * What a pack holds: by the table at its end and, where that is damaged, also by the copy beside it. A block that
 * neither names, or that lay where the pack has lost its end, is missing.
 */
export async function readPackTable(layout: Layout, number: number): Promise<readonly Entry[]> {
  const pack = await readTableOf(layout.pack(number));
  if (pack.whole) return pack.entries;
  const spare = await readTableOf(layout.spareTable(number));
  const entries = [...pack.entries, ...spare.entries];
  return entries.filter(({ offset, length }) => offset + length <= pack.size);
}

/** The table at the end of a file (a pack, or a copy of a table, which is nothing but end), and the file's size. */
async function readTableOf(path: string): Promise<Table & { readonly size: number }> {
  const handle = await findRegular(path);
  if (handle === null) return { ...NO_TABLE, size: 0 };
  try {
    const { size } = await handle.stat();
    return { ...(await readTable(handle, size)), size };
  } finally {
    await handle.close();
  }
}

async function readTable(handle: FileHandle, size: number): Promise<Table> {
  // Records begin at whole records from the start, so a file that lost its end still has the others in place.
  const end = size - (size % RECORD_BYTES);
  try {
    const tail = await readBefore(handle, end, Math.min(end, TAIL_BYTES));
    const length = tableLength(tail);
    if (length === null || length > end) return NO_TABLE;
    return decodeTable(await readBefore(handle, end, length));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EIO') return NO_TABLE;
    throw error;
  }
}

async function readBefore(handle: FileHandle, end: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, await readAt(handle, bytes, end - length));
}
