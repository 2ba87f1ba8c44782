import { join } from 'node:path';
import type { Digest } from '../../ids/digest.ts';
import { MiB } from '../../limits.ts';

/** Folders of blocks: the first byte of a digest names its own. */
export const FOLDERS = 256;

/** A cache of fewer bytes for each folder than this is bounded by groups of folders, which hold as much. */
const GROUP_BYTES = 64 * MiB;

/** Folders that are bounded together, and the bytes that they may hold. */
export interface Group {
  readonly first: number;
  readonly last: number;
  readonly maxBytes: number;
}

/** The group of this folder. */
export function groupOf(folder: number, maxBytes: number): Group {
  let folders = 1;
  while (folders < FOLDERS && (maxBytes / FOLDERS) * folders < GROUP_BYTES) folders *= 2;
  const first = folder - (folder % folders);
  return { first, last: first + folders - 1, maxBytes: (maxBytes / FOLDERS) * folders };
}

/** Where everything of a cache lies. */
export type Places = ReturnType<typeof placesIn>;

export function placesIn(root: string) {
  return {
    blocks: join(root, 'blocks'),
    /** A folder for each process that writes, with its lock. */
    owners: join(root, 'owners'),
    index: join(root, 'index.sqlite'),
    /** Held while a process enters. */
    lock: join(root, 'lock'),
    /** Held while blocks are forgotten for others. */
    sweeping: join(root, 'sweeping'),
  };
}

export function folderOf(digest: Digest): number {
  return Number.parseInt(digest.slice(0, 2), 16);
}

/** Where blocks lie: `blocks/a7`. @param folder from 0 to 255 */
export function folderPath({ blocks }: Pick<Places, 'blocks'>, folder: number): string {
  return join(blocks, folder.toString(16).padStart(2, '0'));
}
