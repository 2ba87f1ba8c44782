import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from '../measure.ts';

const PIECE = String(1 << 20);

/** SHA-256 at most, in MB/s, on two cores: `openssl speed`, one process a core, two at most: 1 MiB pieces for two seconds. */
export function hashLimit(): number {
  const flags = ['speed', '-seconds', '2', '-bytes', PIECE, '-multi', '2', '-evp', 'sha256'];
  const printed = execFileSync('openssl', flags, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const thousands = /^sha256\s+([\d.]+)k/im.exec(printed)?.[1];
  if (thousands === undefined) throw new Error(`openssl speed printed ${printed}`);
  return Number(thousands) / 1000;
}

const env = { PATH: process.env.PATH ?? '' };

/** The disk alone: a copy that goes past the page cache. */
export function directCopy(file: string, folder: string): Command {
  const out = join(folder, 'dd.out');
  return {
    argv: ['dd', `if=${file}`, `of=${out}`, 'bs=1M', 'oflag=direct', 'conv=fdatasync', 'status=none'],
    env,
  };
}

/** What a user does without any of these tools. */
export function plainCopy(file: string, folder: string): Command {
  return { argv: ['/bin/sh', '-c', 'cp "$0" "$1" && sync -d "$1"', file, join(folder, 'cp.out')], env };
}
