import type {
  Config,
  LoadedConfig,
  ModelStorageManager,
  OnEvent,
  Settings,
} from '@ballast-models/storage-manager';
import { thisCommand } from './invocation.ts';
import type { CommonFlags, TrustFlags } from './options.ts';
import { printable } from './output.ts';
import { Progress } from './progress.ts';
import { askSecret, canAsk } from './prompt.ts';
import { keepSecret, keepUrlSecrets, sayInstead } from './redact.ts';
import { stopSignal } from './signals.ts';

/** In the folder of the command, as other tools have theirs. */
export const LOCKFILE = 'models.lock';

/** What a command runs with. */
export interface Run {
  readonly engine: typeof import('@ballast-models/storage-manager');
  readonly progress: Progress;
  /** Pass to every call. */
  readonly call: { readonly signal: AbortSignal; readonly onEvent: OnEvent };
}

/** The same, with the user's configuration and what it opens. */
export interface Session extends Run {
  readonly loaded: LoadedConfig;
  readonly settings: Settings;
  readonly storage: ModelStorageManager;
}

/**
 * Loads the engine and runs the command. The first signal stops it in a state that the same command resumes; the second
 * ends the process at once.
 */
export async function withEngine<T>(options: CommonFlags, work: (run: Run) => Promise<T>): Promise<T> {
  const engine = await import('@ballast-models/storage-manager');
  const stop = stopSignal((name) => interrupted(engine, name));
  const debug = Boolean(process.env.DEBUG);
  const progress = new Progress(process.stderr, { quiet: options.quiet ?? false, debug });
  try {
    stop.throwIfAborted();
    return await work({ engine, progress, call: { signal: stop, onEvent: progress.onEvent } });
  } catch (error) {
    // Whatever a stopped job says of its end, the reason is the signal.
    throw stop.aborted ? stop.reason : error;
  } finally {
    progress.clear();
  }
}

/**
 * Also reads the configuration, and closes what the command opened.
 * @param flags what the command line says of the configuration
 * @param signs whether the command needs the key: a keystore is opened then
 */
export function withSession<T>(
  options: CommonFlags & TrustFlags,
  flags: Config,
  work: (session: Session) => Promise<T>,
  { signs = false } = {},
): Promise<T> {
  return withEngine(options, async (run) => {
    const { engine, progress } = run;
    const said = options.require === undefined ? flags : { ...flags, trust: { require: options.require } };
    const loaded = await loadConfig(run, options, said, { signs });
    const settings = engine.settingsOf(loaded.config, loaded.home);
    keepSecretsOf(settings);
    if (process.env.DEBUG) progress.note('debug', summary(loaded, settings));
    const { lock = LOCKFILE, locked } = options;
    const storage = new engine.ModelStorageManager({
      ...{ ...loaded.config, home: loaded.home, locked },
      lock: lock === false ? undefined : lock,
    });
    const nameOwn = () => {
      if (storage.ownNamespace !== null) sayInstead(`${storage.ownNamespace}/`, 'local/');
    };
    const onEvent: OnEvent = (event) => {
      nameOwn();
      progress.onEvent(event);
    };
    try {
      return await work({ ...run, call: { ...run.call, onEvent }, loaded, settings, storage });
    } finally {
      nameOwn();
      progress.clear();
      await storage.close();
    }
  });
}

/** The configuration; where the command signs, with the key that a keystore holds. */
export async function loadConfig(
  run: Run,
  { config: file }: CommonFlags,
  flags: Config,
  { signs }: { readonly signs: boolean },
): Promise<LoadedConfig> {
  const loaded = await run.engine.loadConfig({ flags, file, signal: run.call.signal });
  return signs ? { ...loaded, config: await unlocked(run, loaded.config) } : loaded;
}

/** The configuration with the key of its keystore, whose password is asked for where no file holds it. */
export async function unlocked({ engine, progress, call }: Run, config: Config): Promise<Config> {
  const ask = (keystore: string) => askSecret(`password of ${printable(keystore)}:`, call.signal);
  const open = await engine.unlockKey(config, { ...call, askPassword: canAsk() ? ask : undefined });
  progress.clear();
  return open;
}

/** Of a command that judges the configuration itself. */
export function keepSecretsOfConfig({ blockchain }: Config): void {
  if (blockchain?.privateKey) keepSecret(blockchain.privateKey);
  for (const url of [blockchain?.rpcUrl ?? []].flat()) if (URL.canParse(url)) keepUrlSecrets(url);
}

function keepSecretsOf({ chain, kubo, trust }: Settings): void {
  if (chain?.privateKey) keepSecret(chain.privateKey);
  for (const url of [...(chain?.rpcUrl ?? []), kubo.api, kubo.gateway, ...trust.statements])
    if (url && URL.canParse(url)) keepUrlSecrets(url);
}

function interrupted(engine: Run['engine'], signal: string): Error {
  return new engine.InterruptedError('INTERRUPTED', {
    should: 'the command must run to its end',
    was: `${signal} stopped it; what was done is kept`,
    next: `go on with: ${thisCommand()}`,
  });
}

function summary({ home, origins }: LoadedConfig, { stores, chain }: Settings): string {
  const sources = [...new Set(origins.values())].join(', ') || 'defaults';
  const registry = chain === null ? 'private chain' : 'Ethereum';
  return `home ${home}, registry ${registry}, stores ${stores.join(', ')}, configured by ${sources}`;
}
