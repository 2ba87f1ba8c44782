import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { PolicyError, UsageError } from '../errors.ts';
import { isPartialName, RELEASE_MARKER } from '../ids/own-names.ts';
import { checkTree, comparePaths, parseSafePath, type SafePath } from '../ids/path.ts';
import type { CallOptions } from '../interfaces.ts';
import { MAX_FILES } from '../limits.ts';
import { fileSystemError, saidBySystem } from './errors.ts';

/** Files of one folder that are looked at together (measured: 20,000 files in 0.1 s; one by one 0.8 s). */
const BATCH = 128;

/** One file of a publisher's tree, as it was when the tree was scanned. */
export interface TreeFile {
  /** Relative to the root, the path in the model. */
  readonly path: SafePath;
  /** Where it lies on this machine. */
  readonly absolute: string;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly mtimeNs: bigint;
}

export interface ScanOptions extends CallOptions {
  /** Where a link to a file inside leads; throws where it must not be followed. Default: links are refused. */
  readonly follow?: ((link: string) => Promise<string>) | undefined;
}

/**
 * The files of `root` in byte order of path. A folder gives all regular files under it, hidden ones too; a file gives
 * itself under its own name. `root` may be a link; inside one is refused where nothing follows it. Folders without files
 * leave no trace, and the marker of an earlier fetch is left out.
 * @throws UsageError `SOURCE_UNREADABLE`; PolicyError `PATH_UNSAFE` (links, special files, names of ids/path, what an
 *   interrupted fetch left), `LIMIT_EXCEEDED`; ResourceError `FILE_SYSTEM`
 */
export async function scanTree(root: string, options: ScanOptions = {}): Promise<readonly TreeFile[]> {
  const absolute = resolve(root);
  const found: TreeFile[] = [];
  try {
    const stats = await stat(absolute);
    if (stats.isDirectory()) await scanFolder(absolute, '', found, options);
    else found.push(await treeFile(absolute, parseSafePath(basename(absolute)), stat));
  } catch (error) {
    throw sourceError(error, absolute);
  }
  checkTree(found.map(({ path }) => path));
  return found.sort((a, b) => comparePaths(a.path, b.path));
}

/** @param prefix of the paths in the folder: empty, or ending with a slash */
async function scanFolder(
  folder: string,
  prefix: string,
  found: TreeFile[],
  options: ScanOptions,
): Promise<void> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    (entry) => prefix !== '' || entry.name !== RELEASE_MARKER || entry.isDirectory(),
  );
  const folders = entries.filter((entry) => entry.isDirectory());
  const files = entries.filter((entry) => !entry.isDirectory());
  if (found.length + files.length > MAX_FILES) throw tooMany(folder);
  for (let first = 0; first < files.length; first += BATCH) {
    options.signal?.throwIfAborted();
    const batch = files.slice(first, first + BATCH);
    found.push(...(await Promise.all(batch.map((entry) => entryFile(folder, prefix, entry, options)))));
  }
  for (const entry of folders) {
    options.signal?.throwIfAborted();
    // Checked on the way down: a folder whose path is too long ends the descent.
    await scanFolder(join(folder, entry.name), `${entryPath(folder, prefix, entry)}/`, found, options);
  }
}

async function entryFile(
  folder: string,
  prefix: string,
  entry: Dirent,
  { follow }: ScanOptions,
): Promise<TreeFile> {
  const path = entryPath(folder, prefix, entry);
  const absolute = join(folder, entry.name);
  if (follow === undefined || !entry.isSymbolicLink()) return treeFile(absolute, path, lstat);
  return treeFile(await follow(absolute), path, stat);
}

function entryPath(folder: string, prefix: string, { name }: Dirent): SafePath {
  // What Node puts for bytes that are not UTF-8: the file could not be opened by this name.
  if (name.includes('\ufffd'))
    throw refused(join(folder, name), 'its name is not UTF-8', 'rename it, or leave it out');
  if (isPartialName(name)) {
    throw refused(
      join(folder, name),
      'an interrupted `ballast retrieve` left it',
      'finish that command, or delete it',
    );
  }
  return parseSafePath(prefix + name);
}

async function treeFile(absolute: string, path: SafePath, look: typeof lstat): Promise<TreeFile> {
  const stats = await look(absolute, { bigint: true });
  if (!stats.isFile()) {
    throw refused(
      absolute,
      `it is ${kindOf(stats)}`,
      'put a copy of the file in its place (`cp -rL`), or leave it out',
    );
  }
  return { path, absolute, size: Number(stats.size), mtimeNs: stats.mtimeNs };
}

function kindOf(stats: Pick<Stats, 'isSymbolicLink' | 'isFIFO' | 'isSocket'>): string {
  if (stats.isSymbolicLink()) return 'a symbolic link';
  if (stats.isFIFO()) return 'a FIFO';
  return stats.isSocket() ? 'a socket' : 'a device or another special file';
}

function refused(absolute: string, was: string, next: string): PolicyError {
  return new PolicyError('PATH_UNSAFE', {
    should: `${JSON.stringify(absolute)} must be a regular file of the model`,
    was,
    next,
  });
}

function tooMany(folder: string): PolicyError {
  return new PolicyError('LIMIT_EXCEEDED', {
    should: `a model must have at most ${MAX_FILES} files`,
    was: `there were more when ${JSON.stringify(folder)} was scanned`,
    next: 'join small files into an archive, or publish several models',
  });
}

/** The error to throw where a publisher's file or folder can't be opened: his to mend, or this machine's. */
export function sourceError(error: unknown, root: string): Error {
  const { code, path } = error as NodeJS.ErrnoException;
  if (!['ENOENT', 'EACCES', 'EPERM', 'ENOTDIR', 'ELOOP'].includes(code ?? ''))
    return fileSystemError(error, root);
  return new UsageError('SOURCE_UNREADABLE', {
    should: `${path ?? root} must be a file or folder that this user can read`,
    was: saidBySystem(error as Error, path ?? root),
    next: 'check the name and the rights, then run the same command again',
    cause: error,
  });
}
