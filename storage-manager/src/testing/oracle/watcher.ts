import { watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { digestOf } from '../../ids/digest.ts';
import { isPartialName, RELEASE_MARKER } from '../../ids/own-names.ts';
import type { Check } from './check.ts';

/**
 * Looks at the final names while they come: with every event below the destination's folder each file there is hashed
 * anew. A wrong byte, a byte too few, or a name that no tree has is found even where it goes again.
 * @param destination a folder that may not stand yet @param trees path → SHA-256 of its file, of each tree that may stand there
 */
export async function onlyRightNames(
  destination: string,
  trees: readonly Readonly<Record<string, string>>[],
): Promise<Check> {
  const found = new Set<string>();
  let looking: Promise<void> | null = null;
  let again = false;
  const look = async (): Promise<void> => {
    do {
      again = false;
      for (const wrong of await wrongNames(destination, trees)) found.add(wrong);
    } while (again);
    looking = null;
  };
  const watcher = watch(dirname(destination), { recursive: true }, () => {
    again = true;
    looking ??= look();
  });
  return async () => {
    watcher.close();
    await looking;
    await look();
    return [...found];
  };
}

async function wrongNames(
  folder: string,
  trees: readonly Readonly<Record<string, string>>[],
): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const wrong: string[] = [];
  for (const entry of entries) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    if (!entry.isFile() || path === RELEASE_MARKER || path.split('/').some(isPartialName)) continue;
    const bytes = await readFile(join(folder, path)).catch(() => null);
    if (bytes === null) continue;
    const digest = digestOf(bytes);
    if (!trees.some((tree) => tree[path] === digest))
      wrong.push(`${path} stood under its final name with ${bytes.byteLength} bytes of digest ${digest}`);
  }
  return wrong;
}
