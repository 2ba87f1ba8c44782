import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../scripts/build.ts';
import { root } from '../rules/source-tree.ts';

export interface Packed {
  /** Folder of the workspace. */
  readonly workspace: string;
  readonly tarball: string;
  /** Paths of what it holds. */
  readonly files: readonly string[];
}

/** Builds and packs every workspace. @param folder where the tarballs go */
export function packAll(folder: string): Packed[] {
  build();
  const { status, stdout, stderr } = npm(
    root,
    {},
    'pack',
    '--workspaces',
    '--json',
    '--pack-destination',
    folder,
  );
  if (status !== 0) throw new Error(`npm pack ended with ${status}: ${stderr}`);
  const packed: readonly { name: string; filename: string; files: readonly { path: string }[] }[] =
    Object.values(JSON.parse(stdout));
  return packed.map(({ name, filename, files }) => ({
    workspace: name.slice(name.indexOf('/') + 1),
    tarball: join(folder, filename),
    files: files.map(({ path }) => path),
  }));
}

/** What npm says when nobody answers; anything else is a fault of ours. */
const OFFLINE = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)\b/;

/**
 * Installs the tarballs into an empty folder as a stranger would, in an empty home but with the machine's own settings and
 * cache of npm. False where no registry can be reached.
 */
export function installAll(packed: readonly Packed[], folder: string): boolean {
  writeFileSync(join(folder, 'package.json'), '{ "name": "stranger", "private": true }');
  const home = { HOME: join(folder, '.home'), npm_config_userconfig: setting('userconfig') };
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  // One short retry: npm's own take two minutes to find that nobody answers.
  const retries = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=1000'];
  const files = packed.map(({ tarball }) => tarball);
  const env = { ...home, npm_config_cache: setting('cache') };
  const { status, stderr } = npm(folder, env, 'install', ...quiet, ...retries, ...files);
  if (status !== 0 && OFFLINE.test(stderr)) return false;
  if (status !== 0) throw new Error(`npm install ended with ${status}: ${stderr}`);
  return true;
}

/** Every package that npm installed below the folder. */
export function installedPackages(folder: string): string[] {
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'));
  return Object.keys(lock.packages);
}

function setting(name: string): string {
  return npm(root, {}, 'config', 'get', name).stdout.trim();
}

function npm(cwd: string, env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  return spawnSync('npm', args, { cwd, env: { ...process.env, ...env }, encoding: 'utf8' });
}
