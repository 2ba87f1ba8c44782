import { homeFolder, type LoadOptions } from '../config/load.ts';
import { type Check, exitOfChecks, skipped } from './check.ts';
import { checkConfiguration } from './configuration.ts';
import { CONFIGURED, checkConfigured } from './configured.ts';
import { checkMachine } from './machine.ts';

/** What `ballast doctor --json` prints. */
export interface Diagnosis {
  /** Nothing failed; warnings may stand. */
  readonly ok: boolean;
  /** 0, 1 where a check met a defect of Ballast, else the exit code of the gravest failure's class (`GRAVEST`). */
  readonly exit: number;
  readonly checks: readonly Check[];
}

/**
 * Looks at everything that a publish or a fetch of this configuration needs. One failure stops no other check, each
 * ends within 10 s, and nothing is made or changed; only a random block of 32 bytes goes into Kubo and out again.
 * @throws the signal's reason, nothing else
 */
export async function diagnose(options: LoadOptions = {}): Promise<Diagnosis> {
  const { env = process.env, cwd = process.cwd(), signal } = options;
  const [machine, configuration] = await Promise.all([
    checkMachine(homeFolder(env, cwd), cwd, signal),
    checkConfiguration(options),
  ]);
  const { check, configured } = configuration;
  const others =
    configured === null
      ? skipped(CONFIGURED, 'the configuration must be mended first')
      : await checkConfigured(configured, signal);
  const checks = [...machine, check, ...others];
  const exit = exitOfChecks(checks);
  return { ok: exit === 0, exit, checks };
}
