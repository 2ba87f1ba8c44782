import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { UsageError } from '../../errors.ts';
import { writeWhole } from '../../fs/commit.ts';
import { fileSystemError } from '../../fs/errors.ts';
import { makeFolder } from '../../fs/make-folder.ts';
import { readTextFile } from '../../fs/small-text.ts';
import { Account } from '../ethereum/account.ts';

/**
 * This machine's own key, made on first use. The caller holds the lock that keeps two processes from making two.
 * @throws PolicyError `KEY_UNSAFE` unless only this user can read the file; UsageError `CONFIG_INVALID` when it holds no key
 */
export async function openKey(file: string): Promise<Account> {
  return (await readKey(file)) ?? new Account(await createKey(file));
}

/** The key that was made; null where none was. @throws as `openKey` */
export async function readKey(file: string): Promise<Account | null> {
  const found = await readTextFile(file);
  if (found === null) return null;
  await found.assertPrivate();
  try {
    return new Account(found.text);
  } catch (cause) {
    throw new UsageError('CONFIG_INVALID', {
      should: `${file} must hold the private chain's key, 64 hex digits`,
      was: 'it does not',
      next: 'put your backup of it back; without one, move it away and begin anew with `ballast reset`',
      cause,
    });
  }
}

async function createKey(file: string): Promise<string> {
  const key = `0x${randomBytes(32).toString('hex')}`;
  try {
    await makeFolder(dirname(file));
  } catch (error) {
    throw fileSystemError(error, file);
  }
  await writeWhole(file, `${key}\n`);
  return key;
}
