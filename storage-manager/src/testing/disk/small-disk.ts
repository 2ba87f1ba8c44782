import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Whether this user may mount a file system; a container's root may not everywhere. */
export function canMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

/** A file system of its own, small, in memory; gone after the test. */
export interface SmallDisk {
  readonly path: string;
  /** `size=8m`, `nr_inodes=20`, `ro`. */
  remount(options: string): void;
  /** Writes a file until not a page is left. */
  fill(): Promise<void>;
}

/** @param options of mount(8) for tmpfs: `size=64m` */
export async function mountDisk(options: string): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'ballast-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  onTestFinished(async () => {
    // Lazily: a child may just be ending.
    execFileSync('umount', ['-l', path]);
    await rm(path, { recursive: true, force: true });
  });
  return {
    path,
    remount: (changed) => void execFileSync('mount', ['-o', `remount,${changed}`, path]),
    fill: () => fillUp(join(path, 'ballast-of-zeros')),
  };
}

async function fillUp(path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    for (const block of [Buffer.alloc(1 << 20), Buffer.alloc(4096)]) {
      const write = () => file.write(block).then(({ bytesWritten }) => bytesWritten);
      while ((await write().catch(() => 0)) > 0);
    }
  } finally {
    await file.close();
  }
}
