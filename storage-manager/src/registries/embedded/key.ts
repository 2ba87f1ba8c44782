import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PolicyError } from '../../errors.ts';
import { commitFile } from '../../fs/commit.ts';
import { fileSystemError } from '../../fs/errors.ts';
import { Account } from '../ethereum/account.ts';

/**
 * This machine's own key, made on first use. The caller holds the lock that keeps two processes from making two.
 * @throws PolicyError `KEY_UNSAFE` when others may read the file; UsageError `CONFIG_INVALID` when it holds no key
 */
export async function openKey(file: string): Promise<Account> {
  return new Account((await readKey(file)) ?? (await createKey(file)));
}

async function readKey(file: string): Promise<string | null> {
  try {
    const handle = await open(file, 'r');
    try {
      // Of the open file, not of the name: nobody can put another in its place in between.
      const { mode } = await handle.stat();
      if ((mode & 0o077) !== 0) throw unsafe(file, mode);
      return (await handle.readFile('utf8')).trim();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw fileSystemError(error, file);
  }
}

async function createKey(file: string): Promise<string> {
  const key = `0x${randomBytes(32).toString('hex')}`;
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(temporary, `${key}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw fileSystemError(error, temporary);
  }
  await commitFile(temporary, file);
  return key;
}

function unsafe(file: string, mode: number): PolicyError {
  return new PolicyError('KEY_UNSAFE', {
    should: `the key file ${file} must be readable by its owner alone (mode 600)`,
    was: `its mode is ${(mode & 0o777).toString(8)}`,
    next: `run: chmod 600 ${file}`,
  });
}
