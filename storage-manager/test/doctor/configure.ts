import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes `config.json` into a working folder, readable by its owner alone. */
export function writeConfig(folder: string, config: object): Promise<void> {
  return writeFile(join(folder, 'config.json'), JSON.stringify(config), { mode: 0o600 });
}
