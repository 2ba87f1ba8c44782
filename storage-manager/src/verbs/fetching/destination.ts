import type { Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type PolicyError, ResourceError } from '../../errors.ts';
import { commitFile, commitFolder } from '../../fs/commit.ts';
import { destinationExists, fileSystemError } from '../../fs/errors.ts';
import { assertPlace, HeldFolder, realPlace } from '../../fs/held-folder.ts';
import { lookAt } from '../../fs/look.ts';
import { makeFolder } from '../../fs/make-folder.ts';
import { PUBLIC_FILE, PUBLIC_FOLDER } from '../../fs/modes.ts';
import { writeNew } from '../../fs/new-file.ts';
import { removeEmpty, removeFile, removeTree } from '../../fs/remove.ts';
import { bytesText, freeBytes } from '../../fs/room.ts';
import { partialName, RELEASE_MARKER } from '../../ids/own-names.ts';
import type { SafePath } from '../../ids/path.ts';
import type { TreeContent, TreeFile } from './tree-content.ts';

/** The two folders that are written to, held so that no name can lead elsewhere while they are. */
interface Held {
  /** The one in which the tree appears: that of its name, or, where it stays, itself. */
  readonly around: HeldFolder;
  /** Where it is made: in that one, hidden, and nobody else may enter it. */
  readonly partial: HeldFolder;
}

/**
 * The place where a tree will appear, and the hidden folder where it is made. Nothing under the final name changes
 * until every chunk of the tree is proven.
 */
export class Destination {
  /** Absolute. */
  readonly path: string;
  /** On the same file system as the final name; what an interrupted fetch left there is used again. */
  readonly partial: string;
  /** The folder stands and stays: files are moved into it one by one, instead of one rename of the whole. */
  readonly stays: boolean;
  /** The folder holds something that no fetch of ours began. */
  readonly foreign: boolean;
  /** Where the folder around `partial` lay, all links followed, when this was looked at. */
  readonly #place: string;
  #held: Held | null = null;

  private constructor(path: string, partial: string, place: string, stays: boolean, foreign: boolean) {
    this.path = path;
    this.partial = partial;
    this.stays = stays;
    this.foreign = foreign;
    this.#place = place;
  }

  /**
   * @param maker see `partialName`
   * @throws PolicyError `DESTINATION_EXISTS` where something other than a folder has the name
   */
  static async at(path: string, maker: string): Promise<Destination> {
    const absolute = resolve(path);
    const parent = await realPlace(dirname(absolute)).catch((error) => {
      throw fileSystemError(error, absolute);
    });
    const beside = join(dirname(absolute), partialName(basename(absolute), maker));
    const there = await lookAt(absolute);
    if (there === null) return new Destination(absolute, beside, parent, false, false);
    if (!there.isDirectory())
      throw destinationExists(absolute, 'a file or link has that name', 'name a folder that does not exist');
    const inside = partialName('tree', maker);
    const entries = await readdir(absolute).catch((error) => {
      throw fileSystemError(error, absolute);
    });
    const begun = entries.includes(inside);
    const stays = entries.length > 0 || (await mustStay(absolute, there));
    if (!stays) return new Destination(absolute, beside, parent, false, false);
    const place = join(parent, basename(absolute));
    return new Destination(absolute, join(absolute, inside), place, true, entries.length > 0 && !begun);
  }

  finalPath(path: SafePath): string {
    const { around } = this.#held ?? {};
    if (around === undefined) return join(this.path, path);
    return this.stays ? around.at(path) : around.at(basename(this.path), path);
  }

  partialPath(path: SafePath): string {
    return this.#holding().partial.at(path);
  }

  /** Makes the partial folder hold the tree's folders and, of what an earlier run left, its regular files alone. */
  async prepare(files: readonly TreeFile[]): Promise<void> {
    const paths = new Set<string>(files.map(({ path }) => path));
    const folders = foldersOf(Array.from(paths));
    try {
      const partial = await this.#hold();
      for (const entry of await readdir(partial.at(), { recursive: true, withFileTypes: true })) {
        const path = relative(partial.at(), join(entry.parentPath, entry.name));
        const belongs = entry.isDirectory() ? folders.has(path) : entry.isFile() && paths.has(path);
        if (!belongs) await removeTree(partial.at(path));
      }
      for (const folder of folders) await makeFolder(partial.at(folder), 0o700, false);
    } catch (error) {
      throw fileSystemError(error, this.partial);
    }
  }

  /** @throws PolicyError `PATH_UNSAFE` where a link has been put in a folder's place */
  async #hold(): Promise<HeldFolder> {
    await makeFolder(dirname(this.partial), null);
    const around = await HeldFolder.open(dirname(this.partial));
    try {
      assertPlace(around, this.#place);
      const partial = await around.ownFolder(basename(this.partial));
      this.#held = { around, partial };
      return partial;
    } catch (error) {
      await around.close();
      throw error;
    }
  }

  #holding(): Held {
    if (this.#held === null) throw new Error('the destination must be prepared first');
    return this.#held;
  }

  /** Removes the partial folder. */
  discard(): Promise<void> {
    return removeTree(this.#held?.around.at(basename(this.partial)) ?? this.partial);
  }

  async close(): Promise<void> {
    await this.#held?.partial.close();
    await this.#held?.around.close();
    this.#held = null;
  }

  /** @throws ResourceError `DISK_FULL` before a byte is written where the missing bytes can't fit */
  async requireSpace(bytes: number): Promise<void> {
    const { partial } = this.#holding();
    const free = await freeBytes(partial.at());
    if (free >= bytes) return;
    // Without a file it is of no use to the next run.
    const entries = await readdir(partial.at(), { recursive: true, withFileTypes: true });
    if (entries.every((entry) => entry.isDirectory())) await this.discard();
    throw new ResourceError('DISK_FULL', {
      should: `${dirname(this.path)} must have ${bytesText(bytes)} free`,
      was: `${bytesText(free)} are`,
      next: 'free space there or choose another destination; what was fetched before is kept',
    });
  }

  /** Whether every file that stands in the folder has the name and the size of one of these. */
  async holdsSome(files: readonly TreeFile[]): Promise<boolean> {
    const sizes = new Map<string, number>(files.map(({ path, size }) => [this.finalPath(path), size]));
    sizes.set(join(this.path, RELEASE_MARKER), Number.NaN);
    const there = await readdir(this.path, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of there.filter((each) => !each.isDirectory())) {
      const path = join(entry.parentPath, entry.name);
      const size = sizes.get(path);
      if (size === undefined) return false;
      if (!Number.isNaN(size) && (await lookAt(path))?.size !== size) return false;
    }
    return true;
  }

  /** Whether as many files as these stand in the folder, and so no others where these do. */
  async holdsOnly(files: readonly TreeFile[]): Promise<boolean> {
    const there = await readdir(this.path, { recursive: true, withFileTypes: true }).catch((error) => {
      throw fileSystemError(error, this.path);
    });
    const marker = join(this.path, RELEASE_MARKER);
    const others = there.filter(
      (entry) => !entry.isDirectory() && join(entry.parentPath, entry.name) !== marker,
    );
    return others.length === files.length;
  }

  /**
   * Looks, before anything travels, whether each file can take its place in a folder that stands.
   * @throws PolicyError `DESTINATION_EXISTS` where a folder has a file's name, or a file or link a folder's
   */
  async requirePlaces(files: readonly TreeFile[]): Promise<void> {
    const folders = foldersOf(files.map(({ path }) => path));
    for (const folder of folders) {
      const there = await lstat(join(this.path, folder)).catch(() => null);
      if (there !== null && !there.isDirectory()) throw inTheWay(join(this.path, folder), 'a folder');
    }
    for (const { path } of files) {
      const there = await lstat(this.finalPath(path)).catch(() => null);
      if (there?.isDirectory()) throw inTheWay(this.finalPath(path), 'a file');
    }
  }

  /**
   * Shows the finished tree: one rename of its folder; into a folder that stands, file by file, and last the marker
   * that says they belong together. Files of that folder that the tree does not name are left alone.
   */
  async commit({ name, digest, files, complete }: TreeContent): Promise<void> {
    const { around, partial } = this.#holding();
    if (!this.stays) {
      const final = around.at(basename(this.path));
      await commitFolder(around.at(basename(this.partial)), final, await makeWay(final));
      return;
    }
    try {
      const marker = around.at(RELEASE_MARKER);
      await removeFile(marker);
      await commitInto(around, partial, files);
      const text = `${name} sha256:${digest}${complete ? '' : ' in part'}\n`;
      const newMarker = partial.at(RELEASE_MARKER);
      await removeFile(newMarker);
      await writeNew(newMarker, text, PUBLIC_FILE);
      await commitFile(newMarker, marker);
      await this.discard();
    } catch (error) {
      throw fileSystemError(error, this.path);
    }
  }
}

/** An empty folder of that name hands its mode on and goes; one that was filled meanwhile stops the rename. */
async function makeWay(final: string): Promise<number | undefined> {
  const empty = await lstat(final).catch(() => null);
  if (empty === null) return undefined;
  await removeEmpty(final);
  return empty.mode & 0o7777;
}

/** Moves the files to their places, whose folders are made where they are missing. */
async function commitInto(
  around: HeldFolder,
  partial: HeldFolder,
  files: readonly TreeFile[],
): Promise<void> {
  for (const folder of foldersOf(files.map(({ path }) => path)))
    await around.within(dirname(folder), (parent) => makeFolder(parent.at(basename(folder)), PUBLIC_FOLDER));
  const byFolder = Map.groupBy(files, ({ path }) => dirname(path));
  for (const [folder, inside] of byFolder)
    await around.within(folder, async (its) => {
      for (const { path } of inside) await commitFile(partial.at(path), its.at(basename(path)));
    });
}

/** A mount point can't be renamed away, and whoever stands in a folder should not find it gone. */
async function mustStay(path: string, folder: Stats): Promise<boolean> {
  const [parent, here] = [await lstat(dirname(path)), await stat(process.cwd()).catch(() => null)];
  return folder.dev !== parent.dev || (folder.ino === here?.ino && folder.dev === here.dev);
}

/** Every folder that these paths need below their root, each after the folder it lies in. */
function foldersOf(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
      folders.add(path.slice(0, slash));
  }
  return folders;
}

function inTheWay(path: string, wanted: string): PolicyError {
  const next = 'move it away, or name another destination; nothing was changed';
  return destinationExists(path, `it is not ${wanted}, which the tree has there`, next);
}
