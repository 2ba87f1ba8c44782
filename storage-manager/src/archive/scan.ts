import type { FileHandle } from 'node:fs/promises';
import { PolicyError } from '../errors.ts';
import { foldPath } from '../ids/fold-path.ts';
import { checkTree, parseSafePath, type SafePath } from '../ids/path.ts';
import type { CallOptions } from '../interfaces.ts';
import { MAX_FILES, MAX_TAR_EXTENSIONS, MAX_TAR_OVERHEAD_BYTES, MiB } from '../limits.ts';
import { invalidArchive, refusedEntry } from './errors.ts';
import { TarBytes } from './tar-bytes.ts';
import {
  extensionBytes,
  OTHER_TYPES,
  parseLongName,
  parseTarHeader,
  RECORD,
  UNSAFE_TYPES,
} from './tar-header.ts';
import { type PaxChanges, parsePax } from './tar-pax.ts';

/** A file or folder of a tar, judged. */
export interface TarEntry {
  readonly kind: 'file' | 'folder';
  /** Null for the root itself (`./`). */
  readonly path: SafePath | null;
  readonly size: number;
  /** Where its content begins in the tar; its headers begin where the entry before it ends. */
  readonly content: number;
}

/** All entries in their order. */
export interface TarContents {
  readonly entries: readonly TarEntry[];
  /** Where the two records of zeros begin. */
  readonly end: number;
}

export interface ScanOptions extends CallOptions {
  /** Told the bytes of all files so far, before any is read. Throws where there is no room for them. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * The first pass: reads the headers alone, and says what the archive holds or why it is refused. Nothing is written.
 * @throws PolicyError `ARCHIVE_INVALID`, `PATH_UNSAFE`, `LIMIT_EXCEEDED`, each with the entry's name where it has one
 */
export async function scanTar(
  file: FileHandle,
  packed: boolean,
  options: ScanOptions = {},
): Promise<TarContents> {
  const bytes = await TarBytes.of(file, packed, options);
  try {
    const scan = new Scan(bytes, options.onBytes);
    while (await scan.entry());
    const end = bytes.position - RECORD;
    await scan.tail();
    checkPaths(scan.entries);
    return { entries: scan.entries, end };
  } finally {
    await bytes.close();
  }
}

class Scan {
  readonly entries: TarEntry[] = [];
  readonly #bytes: TarBytes;
  readonly #onBytes: (bytes: number) => void;
  #files = 0;
  #content = 0;

  constructor(bytes: TarBytes, onBytes: (bytes: number) => void = () => {}) {
    this.#bytes = bytes;
    this.#onBytes = onBytes;
  }

  /** Reads one entry with all headers before it. @returns false at the first record of zeros */
  async entry(): Promise<boolean> {
    let changes: PaxChanges = {};
    for (let extensions = 0; ; extensions += 1) {
      const header = parseTarHeader(await this.#bytes.read(RECORD));
      if (header === null && extensions > 0) throw invalidArchive('an extended header has no entry after it');
      if (header === null) return false;
      if (extensions > MAX_TAR_EXTENSIONS)
        throw invalidArchive('too many extended headers follow each other');
      const { type } = header;
      // K: the long target of a link, which is refused when it comes.
      if (!'xgLK'.includes(type)) {
        const name = changes.path ?? header.name;
        if (changes.sparse !== undefined)
          throw refusedEntry(changes.sparse || name, 'a sparse file', 'ARCHIVE_INVALID');
        await this.#take(name, type, header.size === null ? null : (changes.size ?? header.size));
        return true;
      }
      const body = await this.#extension(extensionBytes(header.size));
      if (type === 'x' || type === 'g') changes = { ...changes, ...parsePax(body, type === 'g') };
      if (type === 'L') changes = { ...changes, path: parseLongName(body) };
    }
  }

  /** Two records of zeros and nothing but zeros after them: a second archive behind the first would be lost. */
  async tail(): Promise<void> {
    if (parseTarHeader(await this.#bytes.read(RECORD)) !== null)
      throw invalidArchive('an entry follows a record of zeros');
    if (this.#files === 0) throw invalidArchive('it holds no file');
    for (let piece = await this.#bytes.some(MiB); piece !== null; piece = await this.#bytes.some(MiB)) {
      if (!isZero(piece)) throw invalidArchive('more follows after its end');
      this.#checkOverhead();
    }
  }

  async #extension(size: number): Promise<Uint8Array> {
    this.#checkOverhead();
    return (await this.#bytes.read(padded(size))).subarray(0, size);
  }

  async #take(name: string, type: string, size: number | null): Promise<void> {
    const unsafe = UNSAFE_TYPES[type];
    if (unsafe !== undefined) throw refusedEntry(name, unsafe);
    if (type !== '0' && type !== '5') {
      const other = OTHER_TYPES[type] ?? `of the unknown type ${JSON.stringify(type)}`;
      throw refusedEntry(name, other, 'ARCHIVE_INVALID');
    }
    // Old archives: a folder is a file whose name ends with a slash.
    const kind = type === '5' || name.endsWith('/') ? 'folder' : 'file';
    if (size === null || (kind === 'folder' && size > 0))
      throw refusedEntry(name, `a ${kind} with ${size === null ? 'no readable size' : 'content'}`);
    const path = pathOf(name, kind);
    this.#files += kind === 'file' ? 1 : 0;
    if (this.#files > MAX_FILES || this.entries.length >= 2 * MAX_FILES) throw tooMany();
    this.#bytes.checkHolds(size);
    this.#content += size;
    this.#onBytes(this.#content);
    this.#checkOverhead();
    this.entries.push({ kind, path, size, content: this.#bytes.position });
    await this.#bytes.skip(padded(size));
  }

  #checkOverhead(): void {
    if (this.#bytes.position > this.#content + MAX_TAR_OVERHEAD_BYTES)
      throw invalidArchive(`more than ${MAX_TAR_OVERHEAD_BYTES} bytes of it are no file's content`);
  }
}

const ZEROS = Buffer.alloc(MiB);

/** Of up to 1 MiB. */
function isZero(piece: Uint8Array): boolean {
  return ZEROS.compare(piece, 0, piece.length, 0, piece.length) === 0;
}

/** Content fills whole records. */
export function padded(size: number): number {
  return Math.ceil(size / RECORD) * RECORD;
}

/** Both `./a` and `a` name `a`; `./` the root. */
export function pathOf(name: string, kind: TarEntry['kind']): SafePath | null {
  const bare = (kind === 'folder' ? name.replace(/\/$/, '') : name).replace(/^(\.\/)+/, '');
  return kind === 'folder' && (bare === '.' || bare === '') && name.startsWith('.')
    ? null
    : parseSafePath(bare);
}

/** Folders without files leave no trace, so of them only this is asked: that none is a file, too. */
function checkPaths(entries: readonly TarEntry[]): void {
  const paths = (kind: TarEntry['kind']) =>
    entries.flatMap((entry) => (entry.kind === kind && entry.path !== null ? [entry.path] : []));
  checkTree(paths('file'));
  const files = new Set(paths('file').map(foldPath));
  const both = paths('folder').find((path) => files.has(foldPath(path)));
  if (both !== undefined) throw refusedEntry(both, 'a file and a folder at once');
}

function tooMany(): PolicyError {
  return new PolicyError('LIMIT_EXCEEDED', {
    should: `an archive must hold at most ${MAX_FILES} files and as many folders`,
    was: 'it holds more',
    next: 'store it as one file, without --unpack, or publish several models',
  });
}
