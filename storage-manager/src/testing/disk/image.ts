import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { copyFile, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { canMount } from './small-disk.ts';

/** Whether a file can be mounted here as a disk of its own. */
export function canMountImage(): boolean {
  try {
    execFileSync('mkfs.ext4', ['-V'], { stdio: 'ignore' });
    return canMount();
  } catch {
    return false;
  }
}

/**
 * A disk that lies in a file: a copy of the file, made at any moment, is what a power cut at that moment leaves. Pages that
 * were written and not synced are in the memory of the file system, not in the file.
 */
export class DiskImage {
  /** Where it is mounted. */
  readonly path: string;
  readonly #file: string;

  private constructor(folder: string) {
    this.path = join(folder, 'disk');
    this.#file = join(folder, 'disk.img');
  }

  /** Makes an ext4 of so many MiB in a folder. Nothing but a sync writes to it: its own timer is set to ten minutes. */
  static async make(folder: string, mebibytes: number): Promise<DiskImage> {
    const image = new DiskImage(folder);
    const file = await open(image.#file, 'w');
    await file.truncate(mebibytes * 2 ** 20);
    await file.close();
    execFileSync('mkfs.ext4', ['-q', '-F', image.#file]);
    await mkdir(image.path);
    image.#mount();
    return image;
  }

  /** Keeps what the disk would show if the power failed now. The programs that write to it must stand still. */
  cutPower(): Promise<void> {
    return copyFile(this.#file, `${this.#file}.cut`, constants.COPYFILE_FICLONE);
  }

  /** Mounts what was kept. No program may use the disk any more. */
  async restart(): Promise<void> {
    this.#unmount();
    await copyFile(`${this.#file}.cut`, this.#file, constants.COPYFILE_FICLONE);
    this.#mount();
  }

  /** Makes all that was written durable. */
  sync(): void {
    execFileSync('sync', ['-f', this.path]);
  }

  async close(): Promise<void> {
    // Lazily: after a failure a program may just be ending.
    execFileSync('umount', ['-l', this.path]);
    for (const file of [this.#file, `${this.#file}.cut`]) await rm(file, { force: true });
    await rm(this.path, { recursive: true });
  }

  #mount(): void {
    execFileSync('mount', ['-o', 'loop,commit=600', this.#file, this.path]);
  }

  #unmount(): void {
    execFileSync('umount', [this.path]);
  }
}
