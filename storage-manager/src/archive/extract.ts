import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Parser, type ReadEntry } from 'tar';
import { type JobOptions, Meter } from '../events.ts';
import { makeFolder } from '../fs/make-folder.ts';
import { writePieces } from '../fs/new-file.ts';
import { KiB, MiB } from '../limits.ts';
import { invalidArchive } from './errors.ts';
import { padded, pathOf, type TarContents, type TarEntry } from './scan.ts';
import { TarBytes } from './tar-bytes.ts';
import { RECORD } from './tar-header.ts';

/** Files up to this size are written together: their calls, not their bytes, take the time. */
const SMALL_BYTES = 256 * KiB;
const BATCH = 32;

export interface ExtractOptions extends JobOptions {
  /** Every file gets this time, whatever the archive says, so that a rerun finds the same tree. */
  readonly time: Date;
}

/**
 * The second pass: `tar` in its strict mode reads the archive anew, and each file that it names must be the one that the
 * first pass judged. So nothing is written that only one of two readers saw.
 * @param folder new, empty, and nobody else's
 * @throws PolicyError `ARCHIVE_INVALID`
 */
export async function extractTar(
  file: FileHandle,
  packed: boolean,
  { entries, end }: TarContents,
  folder: string,
  options: ExtractOptions,
): Promise<void> {
  const bytes = await TarBytes.of(file, packed, options);
  const reader = new StrictReader();
  const folders = new Set<string>([folder]);
  const totalBytes = entries.reduce((sum, { size }) => sum + size, 0);
  const meter = new Meter('unpack', totalBytes, options);
  const write = async (target: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => {
    await writePieces(target, metered(pieces, meter), { time: options.time });
  };
  const small: Promise<void>[] = [];
  try {
    for (const entry of entries) {
      reader.header(await bytes.read(entry.content - bytes.position), entry);
      if (entry.kind === 'folder') continue;
      const target = join(folder, ...(entry.path ?? '').split('/'));
      await makeParents(dirname(target), folders);
      const content = contentOf(bytes, reader, entry.size);
      if (entry.size > SMALL_BYTES) {
        await settle(small);
        await write(target, content);
        continue;
      }
      const written = write(target, await Array.fromAsync(content));
      // Where it fails before anybody waits for it, that is told when it is settled.
      written.catch(() => {});
      if (small.push(written) === BATCH) await settle(small);
    }
    reader.end(await bytes.read(end + 2 * RECORD - bytes.position));
    await settle(small);
  } finally {
    // None may write any more when the folder is removed.
    await Promise.allSettled(small);
    await bytes.close();
  }
}

async function* metered(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  meter: Meter,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield piece;
    meter.add(piece.length);
  }
}

/** Those that failed stay in the list, with all that run beside them. */
async function settle(running: Promise<void>[]): Promise<void> {
  await Promise.all(running);
  running.length = 0;
}

/** The content of the entry whose headers were read last. */
async function* contentOf(bytes: TarBytes, reader: StrictReader, size: number): AsyncGenerator<Uint8Array> {
  for (let left = padded(size); left > 0; ) {
    const piece = await bytes.some(Math.min(left, MiB));
    if (piece === null) throw changed();
    left -= piece.length;
    yield* reader.content(piece);
  }
}

async function makeParents(folder: string, made: Set<string>): Promise<void> {
  if (made.has(folder)) return;
  await makeFolder(folder, 0o700, false);
  made.add(folder);
}

/**
 * `tar`'s parser, fed with one entry's headers and then with its content. It answers at once, within each `write`, so
 * nothing waits inside it. Strict: each of its warnings is an error.
 */
class StrictReader {
  readonly #parser = new Parser({ strict: true, brotli: false, zstd: false });
  #entries: ReadEntry[] = [];
  #content: Uint8Array[] = [];
  #failure: Error | null = null;

  constructor() {
    this.#parser.on('entry', (entry: ReadEntry) => {
      this.#entries.push(entry);
      entry.on('data', (piece: Uint8Array) => this.#content.push(piece));
    });
    this.#parser.on('ignoredEntry', ({ path }: ReadEntry) => {
      this.#failure ??= invalidArchive(`entry ${JSON.stringify(path)} is of a kind that tar leaves out`);
    });
    this.#parser.on('error', (error: Error) => {
      this.#failure ??= invalidArchive(error.message, error);
    });
  }

  /** @param wanted what the first pass found there @throws unless `tar` finds the same */
  header(bytes: Uint8Array, { kind, path, size }: TarEntry): void {
    this.#feed(bytes);
    const [entry, ...more] = this.#entries.splice(0);
    const kindNow = entry?.type === 'Directory' ? 'folder' : 'file';
    const same =
      entry !== undefined &&
      more.length === 0 &&
      this.#content.length === 0 &&
      ['File', 'OldFile', 'Directory'].includes(entry.type) &&
      kindNow === kind &&
      pathOf(entry.path, kind) === path &&
      entry.size === size;
    if (!same) throw changed();
  }

  /** @returns what of the bytes is the file's, without its padding */
  content(bytes: Uint8Array): readonly Uint8Array[] {
    this.#feed(bytes);
    if (this.#entries.length > 0) throw changed();
    return this.#content.splice(0);
  }

  end(bytes: Uint8Array): void {
    this.#feed(bytes);
    this.#parser.end();
    if (this.#failure !== null) throw this.#failure;
    if (this.#entries.length > 0 || this.#content.length > 0) throw changed();
  }

  #feed(bytes: Uint8Array): void {
    this.#parser.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (this.#failure !== null) throw this.#failure;
  }
}

function changed(): Error {
  return invalidArchive('two readings of it differ: it changed, or it is made to be read in two ways');
}
