import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Header, Pax } from 'tar';
import { UsageError } from '../errors.ts';
import { type JobOptions, Meter } from '../events.ts';
import { commitFile } from '../fs/commit.ts';
import { fileSystemError, sourceChanged } from '../fs/errors.ts';
import { writePieces } from '../fs/new-file.ts';
import { removeFile } from '../fs/remove.ts';
import { scanTree, type TreeFile } from '../fs/tree.ts';
import { partialName } from '../ids/own-names.ts';
import { MiB } from '../limits.ts';
import { archiveKind } from './names.ts';
import { padded } from './scan.ts';
import { RECORD } from './tar-header.ts';

/** Weights hardly shrink (measured, bf16: level 1 to 0.787 at 40 MB/s, level 6 to 0.782 at 19 MB/s). */
const GZIP_LEVEL = 1;

/**
 * Packs a finished folder. The archive has its entries at its root, in byte order of path, regular files alone, all
 * with mode 0644, time 0 and no owner: the same tree gives the same `.tar` on every machine, and the same `.tar.gz`
 * wherever Node has the same zlib. A file that has the name already is replaced, at once and only by a whole archive.
 * One writer a destination: the caller holds a lock, so that what a killed run left is overwritten.
 * @param destination by its name a `.tar`, or compressed (`archiveKind`)
 * @param maker see `partialName`
 * @throws UsageError `ARGUMENT_INVALID`; ResourceError `DISK_FULL`, `FILE_SYSTEM`; BusyError `SOURCE_CHANGED`; what
 *   `scanTree` throws
 */
export async function writeArchive(
  folder: string,
  destination: string,
  maker: string,
  options: JobOptions = {},
): Promise<void> {
  const kind = archiveKind(destination);
  if (kind === null) throw notAnArchive(destination);
  const final = resolve(destination);
  const temporary = join(dirname(final), partialName(basename(final), maker));
  const files = await scanTree(folder, options);
  const records = tarOf(files, options);
  try {
    await removeFile(temporary);
    const packed = kind === 'tar.gz' ? createGzip({ level: GZIP_LEVEL, chunkSize: MiB }) : new PassThrough();
    const write = (pieces: AsyncIterable<Uint8Array>) => writePieces(temporary, pieces, { mode: 0o644 });
    await pipeline(records, packed, write, { signal: options.signal });
    await commitFile(temporary, final);
  } catch (error) {
    await removeFile(temporary).catch(() => {});
    options.signal?.throwIfAborted();
    throw fileSystemError(error, final);
  }
}

async function* tarOf(files: readonly TreeFile[], options: JobOptions): AsyncGenerator<Uint8Array> {
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  const meter = new Meter('archive', totalBytes, options);
  for (const file of files) {
    yield* headerOf(file);
    for await (const piece of contentOf(file)) {
      yield piece;
      meter.add(piece.byteLength);
    }
    yield new Uint8Array(padded(file.size) - file.size);
  }
  yield new Uint8Array(2 * RECORD);
}

function* headerOf({ path, size }: TreeFile): Generator<Uint8Array> {
  const header = new Header({ path, size, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), type: 'File' });
  const tooSmall = header.encode();
  // A path that is long or not ASCII, a file of 8 GiB and more.
  if (tooSmall) yield new Pax({ path, size }).encode();
  yield header.block!;
}

/** Exactly the bytes that the header promised, as they were when the tree was scanned. */
async function* contentOf(file: TreeFile): AsyncGenerator<Uint8Array> {
  let left = file.size;
  for await (const piece of createReadStream(file.absolute, { highWaterMark: MiB })) {
    left -= piece.byteLength;
    if (left < 0) break;
    yield piece;
  }
  const { mtimeNs } = await lstat(file.absolute, { bigint: true });
  if (left === 0 && mtimeNs === file.mtimeNs) return;
  throw sourceChanged(file.absolute, 'packed');
}

function notAnArchive(destination: string): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: 'the name of an archive must end .tar, .tar.gz or .tgz',
    was: `it is ${JSON.stringify(destination)}`,
    next: 'name it so, or ask for a folder',
  });
}
