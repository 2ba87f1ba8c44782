import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { PolicyError, UsageError } from '../errors.ts';

/** A configuration or a key is a few lines; more is another file. */
const MAX_BYTES = 256 * 1024;

/** To open a pipe that nobody writes to would wait for ever, and no signal would end it. */
const AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK;

/** A part of the path does not exist, or is no folder. */
const ABSENT = ['ENOENT', 'ENOTDIR'];

export interface TextFile {
  readonly path: string;
  readonly text: string;
  /** @throws PolicyError `KEY_UNSAFE` unless only this user can read the file */
  assertPrivate(): Promise<void>;
}

/** Reads a small text file; null where there is none. @throws UsageError `CONFIG_INVALID` */
export async function readTextFile(path: string): Promise<TextFile | null> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, AT_ONCE);
  } catch (error) {
    if (ABSENT.includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw unreadable(path, (error as Error).message, error);
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw unreadable(path, 'it is no regular file');
    if (stat.size > MAX_BYTES) throw unreadable(path, `it has ${stat.size} bytes`);
    const text = await file.readFile('utf8');
    return { path, text, assertPrivate: () => assertPrivate(path, stat.mode, stat.uid) };
  } finally {
    await file.close();
  }
}

async function assertPrivate(path: string, mode: number, owner: number): Promise<void> {
  const unsafe = (was: string, next: string) =>
    new PolicyError('KEY_UNSAFE', {
      should: `${path} holds a private key and must be yours alone`,
      was,
      next,
    });
  if ((await lstat(path)).isSymbolicLink())
    throw unsafe(
      'it is a symbolic link',
      'name the file itself, so that nobody can point the link elsewhere',
    );
  if (owner !== process.getuid?.())
    throw unsafe(`it belongs to user ${owner}`, `make a copy of your own and run: chmod 600 ${path}`);
  if ((mode & 0o077) !== 0)
    throw unsafe(`its mode ${(mode & 0o777).toString(8)} lets others read it`, `run: chmod 600 ${path}`);
}

function unreadable(path: string, was: string, cause?: unknown): UsageError {
  return new UsageError('CONFIG_INVALID', {
    should: `${path} must be a readable text file of at most ${MAX_BYTES} bytes`,
    was,
    next:
      cause === undefined
        ? 'mend it, or put another file in its place'
        : 'give this user the right to read it, or choose another place (BALLAST_HOME, --config)',
    cause,
  });
}
