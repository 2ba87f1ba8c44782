/** forge, and the analysers that call it: each runs in this package, with the npm compiler and nothing downloaded. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** The folder of foundry.toml. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const ARCH: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };
const forgePackage = `@foundry-rs/forge-${process.platform}-${ARCH[process.arch]}`;
const forgeBinary = createRequire(import.meta.url).resolve(`${forgePackage}/bin/forge`);

/** halmos and slither as `.ci/run` brings them: installed from tools/requirements.txt into this folder. */
const analysers =
  process.env.BALLAST_TEST_ANALYSERS ||
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ballast/solidity-analysers-1');

export const hasAnalysers = existsSync(join(analysers, 'bin/halmos'));

/** The solver, of the z3-solver package. */
export const z3 = join(analysers, 'bin/z3');

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** Null when the time limit ended it. */
  readonly exitCode: number | null;
}

/** @param profile the one of foundry.toml, default `default`, of `forge lint` its own */
export async function forge(
  args: readonly string[],
  profile = args[0] === 'lint' ? 'lint' : 'default',
): Promise<Ended> {
  return await run(forgeBinary, args, profile);
}

/** @param name one of the programs in tools/requirements.txt: halmos, slither, z3 */
export async function analyse(name: string, args: readonly string[], profile = 'default'): Promise<Ended> {
  return await run(join(analysers, 'bin', name), args, profile);
}

const TIMEOUT_MS = 3_600_000;

async function run(file: string, args: readonly string[], profile: string): Promise<Ended> {
  const path = [dirname(forgeBinary), dirname(process.execPath), join(analysers, 'bin'), process.env.PATH];
  const env = {
    ...process.env,
    PATH: path.join(delimiter),
    PYTHONPATH: analysers,
    FOUNDRY_PROFILE: profile,
    NO_COLOR: '1',
  };
  const child = spawn(file, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS });
  const exited = new Promise<number | null>((resolve, reject) =>
    child.on('close', resolve).on('error', reject),
  );
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { stdout, stderr, exitCode };
}
