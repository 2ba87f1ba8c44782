import type { FileHandle } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import type { JobOptions } from '../events.ts';
import { fileSystemError, sourceChanged } from '../fs/errors.ts';
import { readAt } from '../fs/read-at.ts';
import { openRegular } from '../fs/regular-file.ts';
import { freeBytes, requireRoom } from '../fs/room.ts';
import { scanTree, type TreeFile } from '../fs/tree.ts';
import { comparePaths, type SafePath } from '../ids/path.ts';
import { invalidArchive } from './errors.ts';
import { extractTar } from './extract.ts';
import { scanTar, type TarContents } from './scan.ts';

/** What else people pack with, by its first bytes. */
const OTHER_KINDS: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ['a zip archive', [0x50, 0x4b]],
  ['compressed with zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['compressed with xz', [0xfd, 0x37, 0x7a, 0x58]],
  ['compressed with bzip2', [0x42, 0x5a, 0x68]],
  ['a 7z archive', [0x37, 0x7a, 0xbc, 0xaf]],
];
const GZIP: readonly number[] = [0x1f, 0x8b];

/**
 * Unpacks a tar, compressed by gzip or not as its first bytes say, into a folder: judged whole, then extracted. Paths stay
 * as they stand in it; mode bits, owners and times are not kept.
 * @param folder new and empty, of nobody else's; after an error it may hold part of the files
 * @throws PolicyError `ARCHIVE_INVALID`, `PATH_UNSAFE`, `LIMIT_EXCEEDED`; ResourceError `DISK_FULL` before anything is
 *   written; BusyError `SOURCE_CHANGED`; UsageError `SOURCE_UNREADABLE`
 */
export async function unpackArchive(
  archive: string,
  folder: string,
  options: JobOptions = {},
): Promise<readonly TreeFile[]> {
  const file = await openArchive(archive);
  try {
    const packed = await isGzip(file);
    const { size, mtimeNs, mtime } = await file.stat({ bigint: true });
    const free = await freeBytes(folder);
    const onBytes = (bytes: number) => requireRoom(folder, bytes, free);
    const contents = await scanTar(file, packed, { ...options, onBytes });
    await extractTar(file, packed, contents, folder, { ...options, time: mtime });
    const now = await file.stat({ bigint: true });
    if (now.size !== size || now.mtimeNs !== mtimeNs) throw sourceChanged(archive, 'unpacked');
    const tree = await scanTree(folder, options);
    checkExtracted(tree, contents);
    return tree;
  } catch (error) {
    options.signal?.throwIfAborted();
    throw fileSystemError(error, folder);
  } finally {
    await file.close();
  }
}

async function openArchive(archive: string): Promise<FileHandle> {
  try {
    return await openRegular(archive);
  } catch (error) {
    throw new UsageError('SOURCE_UNREADABLE', {
      should: `${archive} must be an archive that this user can read`,
      was: (error as Error).message,
      next: 'check the name and the rights; a folder is stored without --unpack',
      cause: error,
    });
  }
}

/** @throws PolicyError `ARCHIVE_INVALID` where it is another kind of archive */
async function isGzip(file: FileHandle): Promise<boolean> {
  const head = new Uint8Array(4);
  await readAt(file, head, 0);
  const begins = (magic: readonly number[]) => magic.every((byte, at) => head[at] === byte);
  const other = OTHER_KINDS.find(([, magic]) => begins(magic));
  if (other !== undefined) throw invalidArchive(`it is ${other[0]}`);
  return begins(GZIP);
}

/** The disk, asked once more: exactly the files that were judged. */
function checkExtracted(tree: readonly TreeFile[], { entries }: TarContents): void {
  const wanted = entries
    .filter((entry): entry is typeof entry & { path: SafePath } => entry.kind === 'file')
    .sort((a, b) => comparePaths(a.path, b.path));
  const same =
    tree.length === wanted.length &&
    tree.every(({ path, size }, at) => path === wanted[at]?.path && size === wanted[at]?.size);
  if (!same) throw invalidArchive('what came out of it is not what its headers say');
}
