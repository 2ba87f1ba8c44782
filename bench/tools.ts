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
  store(folder: string): Command;
  /** Gives back what was stored last, into a folder that is not there. @returns commands, timed together */
  fetch(out: string): readonly Command[];
  storedBytes(): Promise<number>;
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
async function bytesBelow(folder: string): Promise<number> {
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

/** The command line of this checkout. */
export function ballast(
  folder: string,
  { storeFlags = [], fetchFlags = [], variables = {}, servers = [] }: BallastOptions = {},
): Tool {
  const home = join(folder, 'ballast-home');
  const env = environment(folder, { BALLAST_HOME: home, ...variables });
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
    },
    store: (source) => command('store', '--quiet', source, 'm', ...storeFlags),
    fetch: (out) => [command('retrieve', '--quiet', 'm', out, ...fetchFlags)],
    storedBytes: () => bytesBelow(join(home, 'store')),
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
  return {
    name: 'restic',
    note: '`--compression off` (random bytes do not shrink); it always encrypts; syncs its packs',
    version: versionOf('restic', 'version'),
    async fresh() {
      await emptied(repo, join(folder, 'cache'));
      spawnSync('restic', ['init'], { env });
    },
    store: (source) => ({
      argv: ['restic', '--quiet', '--compression', 'off', 'backup', '.'],
      env,
      cwd: source,
    }),
    fetch: (out) => [
      { argv: ['restic', '--quiet', 'restore', 'latest', '--target', out], env },
      synced(out, env),
    ],
    storedBytes: () => bytesBelow(repo),
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
    fetch: (out) => [
      { argv: ['/bin/sh', '-c', `mkdir -p "$0" && cd "$0" && exec borg extract ::a${count}`, out], env },
      synced(out, env),
    ],
    storedBytes: () => bytesBelow(repo),
  };
}

export function casync(folder: string): Tool {
  const repo = join(folder, 'casync');
  const env = environment(folder);
  const [store, index] = [`--store=${join(repo, 'all.castr')}`, join(repo, 'last.caidx')];
  return {
    name: 'casync',
    note: 'its own defaults (chunks of 64 KiB on average, zstd); does not sync what it stores',
    version: versionOf('casync', '--version'),
    fresh: () => emptied(repo),
    store: (source) => ({ argv: ['casync', 'make', store, index, source], env }),
    fetch: (out) => [{ argv: ['casync', 'extract', store, index, out], env }, synced(out, env)],
    storedBytes: () => bytesBelow(repo),
  };
}
