import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Kubo repository of its own, without a daemon; null where no `ipfs` is found. */
export interface OfflineKubo {
  /** Output of `ipfs …`, trimmed. */
  run(...args: readonly string[]): string;
  remove(): void;
}

export function openOfflineKubo(): OfflineKubo | null {
  const binary = process.env.KUBO_BIN ?? 'ipfs';
  try {
    execFileSync(binary, ['version'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const home = mkdtempSync(join(tmpdir(), 'ballast-kubo-'));
  const run = (...args: readonly string[]) =>
    execFileSync(binary, args, {
      env: { ...process.env, IPFS_PATH: home },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  run('init', '--profile=test');
  return { run, remove: () => rmSync(home, { recursive: true }) };
}
