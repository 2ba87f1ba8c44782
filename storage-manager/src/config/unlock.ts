import { UsageError } from '../errors.ts';
import type { JobOptions } from '../events.ts';
import type { Config } from './schema.ts';

/** How a keystore is opened. */
export interface UnlockOptions extends JobOptions {
  /** Asked where no password file is configured. @param file the keystore */
  readonly askPassword?: ((file: string) => Promise<string>) | undefined;
}

/**
 * The configuration with the key itself in place of the keystore that holds it; as it is where there is none. A storage
 * manager takes the result: it opens no keystore itself, since reading needs no key.
 * @throws UsageError `CONFIG_INVALID`; PolicyError `KEY_UNSAFE` where others can read keystore or password file
 */
export async function unlockKey(config: Config, options: UnlockOptions = {}): Promise<Config> {
  const { keystore, passwordFile, ...blockchain } = config.blockchain ?? {};
  if (keystore === undefined) return config;
  const { openKeystore, readPassword } = await import('../registries/ethereum/keystore.ts');
  const ask = options.askPassword ?? refuse;
  const password = () => (passwordFile === undefined ? ask(keystore) : readPassword(passwordFile));
  const privateKey = await openKeystore(keystore, password, options);
  return { ...config, blockchain: { ...blockchain, privateKey } };
}

function refuse(keystore: string): never {
  throw new UsageError('CONFIG_INVALID', {
    should: `the password of ${keystore} must be known`,
    was: 'there is no password file, and nobody to ask',
    next: 'name a file that holds it with --password-file, or set ETH_PASSWORD_FILE',
  });
}
