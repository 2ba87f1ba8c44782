import { spawnSync } from 'node:child_process';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from './measure.ts';

/** Something that keeps folders and gives them back: Ballast and its peers, called as a user calls them. */
export interface Tool {
  readonly name: string;
  /** What was chosen for it, and what it promises of the disk. */
  readonly note: string;
  /** Null where it is not installed. */
  readonly version: string | null;
  /** Begins anew with nothing kept; not timed. */
  fresh(): Promise<void>;
  /** As the next version of the same thing. */
  store(folder: string): Command;
  /**
   * Gives back a version, into a folder that is not there. @param version counted from 1; default: the last stored
   * @returns commands, timed together
   */
  fetch(out: string, version?: number): readonly Command[];
  /** Folder of all that is kept. */
  readonly repository: string;
}

const BALLAST = join(import.meta.dirname, '../cli/bin/ballast.js');

/** State of its own for each tool, so that none reads the user's: HOME lies in the bench's folder. */
function environment(folder: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: folder, LANG: 'C.UTF-8', NO_COLOR: '1', ...more };
}

function versionOf(program: string, ...args: string[]): string | null {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? (stdout.trim().split('\n')[0] ?? '') : null;
}

/** Adds up the files below a folder, as long as they say they are. */
export async function bytesBelow(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) sum += (await stat(join(entry.parentPath, entry.name))).size;
  return sum;
}

async function emptied(...folders: string[]): Promise<void> {
  for (const folder of folders) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }
}

export interface BallastOptions {
  readonly storeFlags?: readonly string[];
  readonly fetchFlags?: readonly string[];
  /** Of the environment. */
  readonly variables?: Readonly<Record<string, string>>;
  /** See `Command`. */
  readonly servers?: readonly number[];
}

export interface Ballast extends Tool {
  list(): Command;
}

/** The command line of this checkout. */
export function ballast(
  folder: string,
  { storeFlags = [], fetchFlags = [], variables = {}, servers = [] }: BallastOptions = {},
): Ballast {
  const home = join(folder, 'ballast-home');
  const env = environment(folder, { BALLAST_HOME: home, ...variables });
  let count = 0;
  const command = (...args: string[]): Command => ({
    argv: [process.execPath, BALLAST, ...args],
    env,
    servers,
  });
  return {
    name: 'ballast',
    note: 'the command line from the checkout, its private chain included; syncs what it writes, reads back what it stored, checks every byte that it fetches',
    version: versionOf(process.execPath, BALLAST, '--version'),
    async fresh() {
      await emptied(home);
      // The chain and the key of a new machine are made once; the compile cache is warm after it.
      spawnSync(process.execPath, [BALLAST, 'list'], { env });
      count = 0;
    },
    store: (source) => {
      count += 1;
      return command('store', '--quiet', source, 'm', ...storeFlags);
    },
    fetch: (out, version = count) => [command('retrieve', '--quiet', `m@${version}`, out, ...fetchFlags)],
    list: () => command('list'),
    repository: join(home, 'store'),
  };
}

/** What peers leave to the system is brought to the disk before the clock stops: our fetch ends there too. */
export function synced(out: string, env: Readonly<Record<string, string>>): Command {
  return { argv: ['/bin/sh', '-c', 'find "$0" -type f -exec sync -d {} +', out], env };
}

export function restic(folder: string): Tool {
  const repo = join(folder, 'restic');
  const env = environment(folder, {
    RESTIC_REPOSITORY: repo,
    RESTIC_PASSWORD: 'bench',
    XDG_CACHE_HOME: join(folder, 'cache'),
  });
  let count = 0;
  return {
    name: 'restic',
    note: '`--compression off` (random bytes do not shrink); it always encrypts; syncs its packs',
    version: versionOf('restic', 'version'),
    async fresh() {
      await emptied(repo, join(folder, 'cache'));
      spawnSync('restic', ['init'], { env });
      count = 0;
    },
    store: (source) => {
      count += 1;
      const argv = [
        'restic',
        '--quiet',
        '--compression',
        'off',
        'backup',
        '--tag',
        `v${count}`,
        '.',
      ] as const;
      return { argv, env, cwd: source };
    },
    fetch: (out, version = count) => [
      { argv: ['restic', '--quiet', 'restore', 'latest', '--tag', `v${version}`, '--target', out], env },
      synced(out, env),
    ],
    repository: repo,
  };
}

export function borg(folder: string): Tool {
  const repo = join(folder, 'borg');
  const env = environment(folder, { BORG_REPO: repo, BORG_BASE_DIR: join(folder, 'borg-base') });
  let count = 0;
  return {
    name: 'borg',
    note: '`--encryption none`, `--compression none`; syncs its segments',
    version: versionOf('borg', '--version'),
    async fresh() {
      await emptied(repo, join(folder, 'borg-base'));
      spawnSync('borg', ['init', '--encryption', 'none'], { env });
      count = 0;
    },
    store: (source) => {
      count += 1;
      return { argv: ['borg', 'create', '--compression', 'none', `::a${count}`, '.'], env, cwd: source };
    },
    fetch: (out, version = count) => [
      { argv: ['/bin/sh', '-c', `mkdir -p "$0" && cd "$0" && exec borg extract ::a${version}`, out], env },
      synced(out, env),
    ],
    repository: repo,
  };
}

export function casync(folder: string): Tool {
  const repo = join(folder, 'casync');
  const env = environment(folder);
  const store = `--store=${join(repo, 'all.castr')}`;
  const index = (version: number) => join(repo, `${version}.caidx`);
  let count = 0;
  return {
    name: 'casync',
    note: 'its own defaults (chunks of 64 KiB on average, zstd); does not sync what it stores',
    version: versionOf('casync', '--version'),
    async fresh() {
      await emptied(repo);
      count = 0;
    },
    store: (source) => {
      count += 1;
      return { argv: ['casync', 'make', store, index(count), source], env };
    },
    fetch: (out, version = count) => [
      { argv: ['casync', 'extract', store, index(version), out], env },
      synced(out, env),
    ],
    repository: repo,
  };
}
