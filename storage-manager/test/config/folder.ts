import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Config } from '../../src/config/schema.ts';

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ballast-config-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** @returns the file's path */
export async function writeConfig(path: string, config: Config | string, mode = 0o600): Promise<string> {
  await writeFile(path, typeof config === 'string' ? config : JSON.stringify(config));
  await chmod(path, mode);
  return path;
}

export const KEY = `0x${'ab'.repeat(32)}`;
export const ADDRESS = `0x${'12'.repeat(20)}`;
