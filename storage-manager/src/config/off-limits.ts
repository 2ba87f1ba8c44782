import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { PolicyError, UsageError } from '../errors.ts';
import { holdsPrivateKey } from './file.ts';

/**
 * The state folder holds keys, and what the next command relies on: nothing in it is published, and nothing written there.
 * @param path compared by what it really is, behind every link; need not exist
 * @throws PolicyError `PATH_UNSAFE` where it lies in `home`, is it, or contains it; UsageError `ARGUMENT_INVALID` where
 *   it is empty, which would mean the present folder
 */
export async function refuseState(path: string, home: string): Promise<void> {
  if (path === '') throw unnamed();
  const state = await realPath(home);
  const absolute = resolve(path);
  // A link may lead into the state folder, and may lie in it.
  const places = [await realPath(absolute), join(await realPath(dirname(absolute)), basename(absolute))];
  if (!places.some((place) => contains(state, place) || contains(place, state))) return;
  throw new PolicyError('PATH_UNSAFE', {
    should: `${absolute} must lie outside the state folder ${home}, and not contain it`,
    was: 'it does not',
    next: 'name another path, or move the state with BALLAST_HOME',
  });
}

/** @throws PolicyError `KEY_UNSAFE` where the file, or the folder's `config.json`, is a Ballast configuration with a key */
export async function refuseKey(path: string): Promise<void> {
  const folder = await stat(path).then(
    (there) => there.isDirectory(),
    () => false,
  );
  const file = folder ? join(path, 'config.json') : path;
  if (!(await holdsPrivateKey(file))) return;
  throw new PolicyError('KEY_UNSAFE', {
    should: `${file} must not be published with a private key in it`,
    was: 'it is a Ballast configuration that holds one',
    next: 'move it out of the model, and name it with --config where it is needed',
  });
}

/** What `"$FOLDER"` is in a shell where nobody has set it. */
function unnamed(): UsageError {
  return new UsageError('ARGUMENT_INVALID', {
    should: 'a file or folder must be named',
    was: 'its name is empty',
    next: 'name it; "." is the present folder',
  });
}

/** Of what does not exist: the real path of the nearest folder that does, and the rest. */
async function realPath(path: string): Promise<string> {
  const parent = dirname(path);
  return realpath(path).catch(async () =>
    parent === path ? path : join(await realPath(parent), basename(path)),
  );
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith('../');
}
