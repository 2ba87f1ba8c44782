import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PolicyError } from '../errors.ts';
import { fileSystemError } from '../fs/errors.ts';
import { withLock } from '../fs/locks.ts';
import type { CallOptions } from '../interfaces.ts';
import { placesIn } from './wire.ts';

/** What may lie in the folders that a reset empties. Anything else in them is not ours, and stops it. */
const OURS = {
  chain: /^(journal|lock|key)([.-].*)?$/,
  store: /^(format|lock|packs|roots|tmp)([.-].*)?$/,
} as const;

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
    const stranger = names?.find((entry) => !OURS[name].test(entry));
    if (stranger !== undefined) throw notOurs(path, stranger);
    if (names !== null) found.push({ path, bytes: await bytesIn(path) });
  }
  return found;
}

/**
 * Deletes what `findState` finds, for ever: every model that only the private chain knows, and every stored block.
 * Configuration, key, journal and what was seen of other chains stay.
 * @throws BusyError `LOCKED` while another command writes there
 */
export async function resetState(home: string, options: CallOptions = {}): Promise<readonly StateFolder[]> {
  const folders = await findState(home);
  for (const { path } of folders) {
    const empty = async () => {
      for (const entry of (await namesIn(path)) ?? [])
        await rm(join(path, entry), { recursive: true, force: true });
    };
    // The folder itself may be a link to a larger disk: what it leads to is emptied.
    await withLock(join(path, 'lock'), empty, options);
  }
  return folders;
}

async function namesIn(path: string): Promise<string[] | null> {
  try {
    return await readdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw fileSystemError(error, path);
  }
}

async function bytesIn(path: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
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
