import { constants, existsSync } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PolicyError } from '../errors.ts';
import { makeFolder, makeNewFolder } from './make-folder.ts';
import { setFolderMode } from './modes.ts';
import { removeTree } from './remove.ts';
import { shownPath } from './shown-path.ts';

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY;

/** How Linux names what lies in an open folder; Node has no openat(2). Elsewhere plain paths must do. */
const BY_DESCRIPTOR = process.platform === 'linux' && existsSync('/proc/self/fd');

/**
 * A folder that stays the same one whatever becomes of its name and of those above it: what lies in it is named through
 * its descriptor, so that nobody who renames a folder, or puts a link in its place, leads a write elsewhere. On other
 * systems than Linux it is its path, and only the last part of a name is known not to be a link.
 */
export class HeldFolder {
  readonly #handle: FileHandle;
  readonly #path: string;

  private constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  /** Follows links, once. @throws the system's own error */
  static async open(path: string): Promise<HeldFolder> {
    return new HeldFolder(await open(path, FOLDER), path);
  }

  /** The path, for the system, of what lies in it; of a longer path only the last part may be a link. */
  at(...parts: readonly string[]): string {
    return join(BY_DESCRIPTOR ? `/proc/self/fd/${this.#handle.fd}` : this.#path, ...parts);
  }

  /** Holds a folder below this one. @throws PolicyError `PATH_UNSAFE` where a part of the path is a link or no folder */
  async below(path: string): Promise<HeldFolder> {
    let folder: HeldFolder = this;
    for (const part of path.split('/')) {
      const from = folder;
      try {
        folder = new HeldFolder(await open(from.at(part), FOLDER | constants.O_NOFOLLOW), from.at(part));
      } catch (error) {
        throw swapped(from.at(part), error);
      } finally {
        if (from !== this) await from.close();
      }
    }
    return folder;
  }

  /** Works in a folder below this one, or, for `.`, in this one. @throws as `below` */
  async within(path: string, work: (folder: HeldFolder) => Promise<void>): Promise<void> {
    if (path === '.') return work(this);
    const folder = await this.below(path);
    try {
      await work(folder);
    } finally {
      await folder.close();
    }
  }

  /**
   * Holds a folder in this one that nobody else can put anything in; made anew where it is missing or another user's.
   * @throws PolicyError `PATH_UNSAFE`, ResourceError `FILE_SYSTEM`
   */
  async ownFolder(name: string): Promise<HeldFolder> {
    await makeFolder(this.at(name));
    const found = await this.below(name);
    const { uid, mode } = await found.#handle.stat();
    if (uid === process.getuid?.()) {
      if ((mode & 0o077) !== 0) await setFolderMode(found.at(), 0o700);
      return found;
    }
    await found.close();
    await removeTree(this.at(name));
    await makeNewFolder(this.at(name));
    return this.below(name);
  }

  /** Where it lies now, for people. */
  get path(): string {
    return shownPath(this.at());
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Where a path leads, all links followed; of what is not there yet, where it would be made. @throws the system's own error */
export async function realPlace(path: string): Promise<string> {
  return realpath(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || dirname(path) === path) throw error;
    return join(await realPlace(dirname(path)), basename(path));
  });
}

function swapped(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ELOOP' && code !== 'ENOTDIR') return error;
  return unsafe(path, 'it is a link or a file', error);
}

/** @throws PolicyError `PATH_UNSAFE` unless the folder is where it was when the destination was judged */
export function assertPlace(folder: HeldFolder, place: string): void {
  if (BY_DESCRIPTOR && folder.path !== place) throw unsafe(place, `its name now leads to ${folder.path}`);
}

function unsafe(path: string, was: string, cause?: unknown): PolicyError {
  return new PolicyError('PATH_UNSAFE', {
    should: `${shownPath(path)} must stay the folder that it was while a model is put into it`,
    was,
    next: `see who else can write to ${shownPath(dirname(path))}; nothing was written elsewhere`,
    cause,
  });
}
