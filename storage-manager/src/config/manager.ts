import { resolve } from 'node:path';
import { parseConfig } from './file.ts';
import { homeFolder } from './load.ts';
import type { Config } from './schema.ts';
import { type Settings, settingsOf } from './settings.ts';

/** What a manager works with. All may be left out: then the private chain and the local store of this user. */
export type ManagerConfig = Config & {
  /** Folder of all state; default `BALLAST_HOME`, else `~/.ballast`. */
  readonly home?: string | undefined;
  /** Lock file that every call obeys, and beside which statements are looked for; need not exist. Default: none. */
  readonly lock?: string | undefined;
  /** Refuse what has no entry in the lock file (default false). */
  readonly locked?: boolean | undefined;
};

/** @throws UsageError `CONFIG_INVALID` */
export function managerSettings(
  first: ManagerConfig | Config['ipfs'] = {},
  blockchain?: Config['blockchain'],
): Settings {
  const blocks = blockchain !== undefined || ['host', 'port', 'protocol'].some((key) => key in first);
  const {
    home,
    lock,
    locked = false,
    ...config
  } = (blocks ? { ipfs: first, blockchain } : first) as ManagerConfig;
  const settings = settingsOf(parseConfig(config, 'the configuration'), home ?? homeFolder());
  return { ...settings, lock: lock ? { file: resolve(lock), required: locked } : null };
}
