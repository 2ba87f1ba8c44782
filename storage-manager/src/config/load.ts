import { homedir, userInfo } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { isModelConfig, readConfigFile } from './file.ts';
import { type Config, FIELDS, fieldValue } from './schema.ts';

/** Where a configuration is looked for. */
export interface LoadOptions {
  /** What the command line says. */
  readonly flags?: Config | undefined;
  /** `--config FILE`: read instead of `./config.json`, and must exist. */
  readonly file?: string | undefined;
  /** Default: `process.env`. */
  readonly env?: Environment | undefined;
  /** Default: the working directory. */
  readonly cwd?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was found, and where. */
export interface LoadedConfig {
  /** Folder of all state. */
  readonly home: string;
  /** The layers as one; without defaults. */
  readonly config: Config;
  /** Dotted field → where its value came from: `--store`, `PRIVATE_KEY`, a file. */
  readonly origins: ReadonlyMap<string, string>;
}

interface Layer {
  readonly config: Config;
  readonly origin: (field: string) => string;
}

/**
 * Reads the configuration, field by field from the first layer that names it: flag, environment, `--config FILE` or
 * `./config.json`, the user's `$BALLAST_HOME/config.json`.
 * @throws UsageError `CONFIG_INVALID`; PolicyError `KEY_UNSAFE`; the signal's reason
 */
export async function loadConfig(options: LoadOptions = {}): Promise<LoadedConfig> {
  const { flags = {}, env = process.env, cwd = process.cwd() } = options;
  const home = homeFolder(env, cwd);
  const environment = await readEnvironment(env, cwd);
  const layers: Layer[] = [
    { config: withPaths(flags, cwd), origin: () => 'command line' },
    { config: environment.config, origin: (field) => environment.variables.get(field) as string },
    ...(await projectLayer(options.file, cwd)),
    ...(await fileLayer(join(home, 'config.json'))),
  ];
  options.signal?.throwIfAborted();
  return { home, ...merge(layers) };
}

/** `BALLAST_HOME`, by default `~/.ballast`. A `HOME` that is no absolute path would put it in the present folder. */
export function homeFolder(env: Environment = process.env, cwd = process.cwd()): string {
  if (env.BALLAST_HOME) return resolve(cwd, env.BALLAST_HOME);
  return join(isAbsolute(homedir()) ? homedir() : userInfo().homedir, '.ballast');
}

async function projectLayer(file: string | undefined, cwd: string): Promise<Layer[]> {
  if (file === undefined) {
    const path = join(cwd, 'config.json');
    return (await isModelConfig(path)) ? [] : fileLayer(path);
  }
  return [{ config: await loadConfigFile(file, cwd), origin: () => resolve(cwd, file) }];
}

/**
 * One configuration file alone, such as that of the chain on which releases are mirrored.
 * @param cwd default: the working directory
 * @throws UsageError `CONFIG_INVALID`; PolicyError `KEY_UNSAFE`
 */
export async function loadConfigFile(file: string, cwd = process.cwd()): Promise<Config> {
  const [layer] = await fileLayer(resolve(cwd, file));
  if (layer !== undefined) return layer.config;
  throw new UsageError('CONFIG_INVALID', {
    should: `the configuration ${resolve(cwd, file)} must exist`,
    was: 'there is no such file',
    next: 'copy config.template.json there and edit it',
  });
}

async function fileLayer(path: string): Promise<Layer[]> {
  const config = await readConfigFile(path);
  return config === null ? [] : [{ config: withPaths(config, dirname(path)), origin: () => path }];
}

/** Names of files are relative to where they are written. */
function withPaths(config: Config, folder: string): Config {
  const { keystore, passwordFile } = config.blockchain ?? {};
  const blockchain = {
    ...config.blockchain,
    ...(keystore && { keystore: resolve(folder, keystore) }),
    ...(passwordFile && { passwordFile: resolve(folder, passwordFile) }),
  };
  const statements = config.trust?.statements?.map((place) =>
    /^https?:/.test(place) ? place : resolve(folder, place),
  );
  return {
    ...config,
    ...(config.blockchain && { blockchain }),
    ...(config.cache?.folder && { cache: { ...config.cache, folder: resolve(folder, config.cache.folder) } }),
    ...(config.trust && { trust: { ...config.trust, ...(statements && { statements }) } }),
  };
}

/** Two ways to name one key: the first layer that names either names the key. */
const KEY_FIELDS = ['blockchain.privateKey', 'blockchain.keystore'];

function merge(layers: readonly Layer[]): Pick<LoadedConfig, 'config' | 'origins'> {
  const config: Record<string, unknown> = {};
  const origins = new Map<string, string>();
  for (const field of FIELDS) {
    const names = KEY_FIELDS.includes(field) ? KEY_FIELDS : [field];
    const layer = layers.find(({ config }) => names.some((name) => fieldValue(config, name) !== undefined));
    if (layer === undefined || fieldValue(layer.config, field) === undefined) continue;
    origins.set(field, layer.origin(field));
    const [block = '', key] = field.split('.');
    const value = fieldValue(layer.config, field);
    config[block] = key === undefined ? value : { ...(config[block] as object), [key]: value };
  }
  return { config, origins };
}
