import { UsageError } from '../../errors.ts';
import { type JobOptions, waiting } from '../../events.ts';
import { readTextFile, type TextFile } from '../../fs/small-text.ts';

/**
 * The private key in an encrypted keystore (Web3 Secret Storage, version 3, as geth, Foundry and wallets write it).
 * Opening it takes seconds of computing on purpose; an abort ends it.
 * @returns `0x` and 64 hex digits
 * @throws UsageError `CONFIG_INVALID`: no keystore, or not its password; PolicyError `KEY_UNSAFE` where others can read it
 */
export async function openKeystore(
  path: string,
  password: string,
  options: JobOptions = {},
): Promise<string> {
  const { text } = await readPrivate(path, 'keystore');
  const { decryptKeystoreJson, isKeystoreJson } = await import('ethers/wallet');
  if (!isKeystoreJson(text))
    throw unusable(path, 'hold an encrypted JSON keystore of version 3', 'name such a file with --keystore');
  const begun = performance.now();
  const progress = (done: number) => {
    const passed = (performance.now() - begun) / 1_000;
    if (done > 0 && done < 1) waiting(options, 'opening the keystore', (passed / done) * (1 - done));
    return options.signal?.aborted !== true;
  };
  try {
    return (await decryptKeystoreJson(text, password, progress)).privateKey;
  } catch (error) {
    options.signal?.throwIfAborted();
    // Without the cause: the library's errors quote what they were given.
    const wrong = /incorrect password/.test(String(error));
    if (wrong) throw unusable(path, 'open with the password', 'type it again, or correct the password file');
    throw unusable(path, 'hold a whole keystore', 'put your backup of it back');
  }
}

/** The password in a file; one line end at its end is not part of it. @throws as `openKeystore` */
export async function readPassword(path: string): Promise<string> {
  const { text } = await readPrivate(path, 'password file');
  return text.replace(/\r?\n$/, '');
}

async function readPrivate(path: string, what: string): Promise<TextFile> {
  const file = await readTextFile(path);
  if (file === null)
    throw new UsageError('CONFIG_INVALID', {
      should: `the ${what} ${path} must exist`,
      was: 'there is none',
      next: 'correct its name',
    });
  await file.assertPrivate();
  return file;
}

function unusable(path: string, should: string, next: string): UsageError {
  return new UsageError('CONFIG_INVALID', { should: `${path} must ${should}`, was: 'it does not', next });
}
