import { execFileSync } from 'node:child_process';
import type { Command, Sample } from '../measure.ts';

const PIECE = String(1 << 20);

/** What two cores take at least for the SHA-256 of so many bytes: `openssl speed`, two processes, 1 MiB pieces for two seconds. */
export function hashLimit(bytes: number): Sample {
  const flags = ['speed', '-seconds', '2', '-bytes', PIECE, '-multi', '2', '-evp', 'sha256'];
  const printed = execFileSync('openssl', flags, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const thousands = /^sha256\s+([\d.]+)k/im.exec(printed)?.[1];
  if (thousands === undefined) throw new Error(`openssl speed printed ${printed}`);
  const seconds = bytes / 1000 / Number(thousands);
  return { seconds, cpuSeconds: 2 * seconds, peakBytes: 0 };
}

const env = { PATH: process.env.PATH ?? '' };

/** The disk alone: a copy whose writes go past the page cache. @param out a folder for it */
export function directCopy(file: string, out: string): Command {
  const copy =
    'mkdir "$1" && exec dd if="$0" of="$1/model.safetensors" bs=1M oflag=direct conv=fdatasync status=none';
  return { argv: ['/bin/sh', '-c', copy, file, out], env };
}

/** What a user does without any of these tools. */
export function plainCopy(file: string, out: string): Command {
  const copy = 'mkdir "$1" && cp "$0" "$1" && sync -d "$1/model.safetensors"';
  return { argv: ['/bin/sh', '-c', copy, file, out], env };
}
