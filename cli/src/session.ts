import type {
  Config,
  LoadedConfig,
  ModelStorageManager,
  OnEvent,
  Settings,
} from '@ballast-models/storage-manager';
import { thisCommand } from './invocation.ts';
import type { CommonFlags } from './options.ts';
import { Progress } from './progress.ts';
import { keepSecret, redact } from './redact.ts';

/** What a command works with while it runs. */
export interface Session {
  readonly engine: typeof import('@ballast-models/storage-manager');
  readonly loaded: LoadedConfig;
  readonly settings: Settings;
  readonly storage: ModelStorageManager;
  readonly progress: Progress;
  /** Pass to every call. */
  readonly call: { readonly signal: AbortSignal; readonly onEvent: OnEvent };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Loads the engine and the configuration, runs the command, ends what it opened. The first signal stops it in a state
 * that the same command resumes; the second ends the process at once.
 * @param flags what the command line says of the configuration
 */
export async function withSession<T>(
  options: CommonFlags,
  flags: Config,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const engine = await import('@ballast-models/storage-manager');
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (stop.signal.aborted) process.exit(engine.EXIT_CODES.interrupted);
    stop.abort(interrupted(engine, signal));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const progress = new Progress(process.stderr, {
    quiet: options.quiet ?? false,
    debug: Boolean(process.env.DEBUG),
  });
  let storage: ModelStorageManager | undefined;
  try {
    const loaded = await engine.loadConfig({ flags, file: options.config });
    const settings = engine.settingsOf(loaded.config, loaded.home);
    for (const secret of [settings.chain?.privateKey, settings.chain?.rpcUrl]) if (secret) keepSecret(secret);
    if (process.env.DEBUG) progress.note('debug', redact(summary(loaded, settings)));
    storage = new engine.ModelStorageManager({ ...loaded.config, home: loaded.home });
    const call = { signal: stop.signal, onEvent: progress.onEvent };
    return await work({ engine, loaded, settings, storage, progress, call });
  } catch (error) {
    // Whatever a stopped job says of its end, the reason is the signal.
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    progress.clear();
    await storage?.close();
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

function interrupted(engine: Session['engine'], signal: string): Error {
  return new engine.InterruptedError('INTERRUPTED', {
    should: 'the command must run to its end',
    was: `${signal} stopped it; what was done is kept`,
    next: `go on with: ${thisCommand()}`,
  });
}

function summary({ home, origins }: LoadedConfig, { stores, chain }: Settings): string {
  const sources = [...new Set(origins.values())].join(', ') || 'defaults';
  return `home ${home}, registry ${chain === null ? 'private chain' : 'Ethereum'}, stores ${stores.join(', ')}, configured by ${sources}`;
}
