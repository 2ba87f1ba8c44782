import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PolicyError } from '../errors.ts';
import { fileSystemError } from '../fs/errors.ts';
import { withLock } from '../fs/locks.ts';
import { namesIn } from '../fs/look.ts';
import { removeTree } from '../fs/remove.ts';
import type { CallOptions } from '../interfaces.ts';
import { placesIn } from './places.ts';

/** What may lie in the folders that a reset empties. Anything else in them is not ours, and stops it. */
const OURS = {
  chain: /^(journal|lock|key|nonces)([.-].*)?$/,
  store: /^(format|lock|packs|roots|tmp)([.-].*)?$/,
} as const;

const LOCK = 'lock';
/** SQLite has a second file while a lock is held. */
const LOCK_FILE = /^lock(-journal)?$|\.lock(-journal)?$/;

/** A folder of the private state. */
export interface StateFolder {
  readonly path: string;
  /** Sum of its file sizes. */
  readonly bytes: number;
}

/**
 * The private chain and the local store under `home`, as far as they exist.
 * @throws PolicyError `PATH_UNSAFE` where something in them is not ours
 */
export async function findState(home: string): Promise<readonly StateFolder[]> {
  const places = placesIn(home);
  const found: StateFolder[] = [];
  for (const name of ['chain', 'store'] as const) {
    const path = places[name];
    const names = await namesIn(path);
    const stranger = names.find((entry) => !OURS[name].test(entry));
    if (stranger !== undefined) throw notOurs(path, stranger);
    if (names.some((entry) => !LOCK_FILE.test(entry))) found.push({ path, bytes: await bytesIn(path) });
  }
  return found;
}

/**
 * Deletes what `findState` finds, for ever: every model that only the private chain knows, and every stored block.
 * Configuration, key, journal, what was seen of other chains and the lock files stay.
 * @throws BusyError `LOCKED` while another command writes there, and nothing is deleted
 */
export async function resetState(home: string, options: CallOptions = {}): Promise<readonly StateFolder[]> {
  const folders = await findState(home);
  const places = placesIn(home);
  const empty = async () => {
    // A publish holds its model's lock from its first step to its last, and another while it writes blocks.
    for (const folder of [places.locks, places.chain, join(places.store, 'tmp')]) await refuseHeld(folder);
    for (const { path } of folders) await emptyFolder(path);
  };
  const locks = folders.map(({ path }) => join(path, LOCK));
  await locks.reduceRight((work, file) => () => withLock(file, work, options), empty)();
  return folders;
}

/** @throws BusyError `LOCKED` while a lock in the folder is held */
async function refuseHeld(folder: string): Promise<void> {
  for (const name of await namesIn(folder))
    if (name.endsWith('.lock')) await withLock(join(folder, name), async () => {}, { waitMs: 0 });
}

/** The folder itself may be a link to a larger disk: what it leads to is emptied. Its lock is held and waited for. */
async function emptyFolder(path: string): Promise<void> {
  try {
    for (const name of await namesIn(path)) if (!LOCK_FILE.test(name)) await removeTree(join(path, name));
  } catch (error) {
    throw fileSystemError(error, path);
  }
}

async function bytesIn(path: string): Promise<number> {
  let bytes = 0;
  try {
    for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
    }
  } catch (error) {
    throw fileSystemError(error, path);
  }
  return bytes;
}

function notOurs(path: string, stranger: string): PolicyError {
  return new PolicyError('PATH_UNSAFE', {
    should: `${path} must hold nothing but Ballast's own files to be deleted`,
    was: `it holds ${JSON.stringify(stranger)}`,
    next: 'check BALLAST_HOME, or move that file away',
  });
}
