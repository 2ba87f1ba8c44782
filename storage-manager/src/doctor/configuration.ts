import { type LoadedConfig, type LoadOptions, loadConfig } from '../config/load.ts';
import { type Settings, settingsOf } from '../config/settings.ts';
import { type Check, check, lateDisk, ok } from './check.ts';

/** A configuration that could be read, and where its values come from. */
export interface Configured {
  readonly settings: Settings;
  readonly origins: LoadedConfig['origins'];
}

/** Unknown fields, placeholders, half a chain and keys that others can read all fail here. */
export async function checkConfiguration(
  options: LoadOptions,
): Promise<{ check: Check; configured: Configured | null }> {
  let configured: Configured | null = null;
  const limits = { signal: options.signal, late: lateDisk('the configuration') };
  const found = await check('configuration', limits, async (signal) => {
    const { config, home, origins } = await loadConfig({ ...options, signal });
    const settings = settingsOf(config, home);
    configured = { settings, origins };
    const registry = settings.chain === null ? 'the private chain' : 'an Ethereum chain';
    const from = [...new Set(origins.values())].join(', ') || 'defaults, no file';
    return ok(`${registry}, stores ${settings.stores.join(', ')}; from ${from}`);
  });
  return { check: found, configured };
}
