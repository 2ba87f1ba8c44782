import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../ids/digest.ts';
import type { Check } from './check.ts';

/**
 * Nothing below `folder` may change, come or go: lay it beside, above or behind what a command may write.
 * @param but a name below `folder` that the command may write
 */
export async function unchanged(folder: string, but: readonly string[] = []): Promise<Check> {
  const before = await pictureOf(folder, but);
  return async () => {
    const after = await pictureOf(folder, but);
    const paths = new Set([...before.keys(), ...after.keys()]);
    return [...paths]
      .filter((path) => before.get(path) !== after.get(path))
      .map(
        (path) =>
          `${join(folder, path)} was ${before.get(path) ?? 'absent'}, and is ${after.get(path) ?? 'gone'}`,
      );
  };
}

/** Path → kind, mode and content. */
async function pictureOf(folder: string, but: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const picture = new Map<string, string>();
  for (const path of (await readdir(folder, { recursive: true })).toSorted()) {
    if (but.some((name) => path === name || path.startsWith(`${name}/`))) continue;
    const whole = join(folder, path);
    const stats = await lstat(whole);
    const content = stats.isFile()
      ? digestOf(await readFile(whole))
      : stats.isSymbolicLink()
        ? await readlink(whole)
        : 'no file';
    picture.set(path, `${(stats.mode & 0o7777).toString(8)} ${content}`);
  }
  return picture;
}
