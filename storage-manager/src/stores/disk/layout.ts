import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileSystemError } from '../../fs/errors.ts';
import type { Digest } from '../../ids/digest.ts';

/**
 * Where everything of a disk store lies. Nothing of it comes from outside: a name is a number, a digest or random.
 *
 *     format          the format number
 *     lock            held for the short changes: a session begins, a pack or a root gets its name
 *     packs/<n>.pack  blocks and, behind them, their table; never changed once it has this name
 *     packs/<n>.idx   a second copy of the table
 *     roots/<digest>  empty: the release of this manifest is to be kept
 *     tmp/<id>.*      what is not sealed yet, and the lock of the session that writes it
 */
export class Layout {
  readonly folder: string;
  readonly format: string;
  readonly lock: string;
  readonly packs: string;
  readonly roots: string;
  readonly tmp: string;

  constructor(folder: string) {
    this.folder = folder;
    this.format = join(folder, 'format');
    this.lock = join(folder, 'lock');
    this.packs = join(folder, 'packs');
    this.roots = join(folder, 'roots');
    this.tmp = join(folder, 'tmp');
  }

  pack(number: number): string {
    return join(this.packs, `${packName(number)}.pack`);
  }

  spareTable(number: number): string {
    return join(this.packs, `${packName(number)}.idx`);
  }

  root(manifest: Digest): string {
    return join(this.roots, manifest);
  }

  temporary(id: string, kind: string): string {
    return join(this.tmp, `${id}.${kind}`);
  }

  /** The numbers of all packs, oldest first. */
  async packNumbers(): Promise<number[]> {
    try {
      const names = await readdir(this.packs);
      const numbers = names.flatMap((name) => /^(\d{8,})\.pack$/.exec(name)?.[1] ?? []);
      return numbers.map(Number).sort((a, b) => a - b);
    } catch (error) {
      throw fileSystemError(error, this.packs);
    }
  }
}

/** First part of a name in `tmp/` that nobody else has. */
export function temporaryId(): string {
  return randomBytes(8).toString('hex');
}

function packName(number: number): string {
  return String(number).padStart(8, '0');
}
