import { access, constants, lstat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder } from './make-folder.ts';

/**
 * Where the processes of a state folder take turns: in it, or, where it may only be read, in this user's folder of the
 * system's temporary one. A folder there that others can write is not used.
 * @param wanted folder of lock files, which need not exist
 */
export async function lockFolder(wanted: string): Promise<string> {
  if ((await isWritable(wanted)) ?? (await isWritable(dirname(wanted)))) return wanted;
  const uid = process.getuid?.();
  const own = join(tmpdir(), `ballast-locks-${uid}`);
  const there = await makeFolder(own)
    .then(() => lstat(own))
    .catch(() => null);
  const mine = there?.isDirectory() && there.uid === uid && (there.mode & 0o077) === 0;
  // Where neither will do, whoever takes the lock says why.
  return mine ? own : wanted;
}

/** Null where it is not there. */
async function isWritable(folder: string): Promise<boolean | null> {
  return access(folder, constants.W_OK).then(
    () => true,
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? null : false),
  );
}
