import { open, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Throws unless both folders hold the same files with the same bytes. @returns the number of files */
export async function compareFolders(one: string, other: string): Promise<number> {
  const files = await filesOf(one);
  const others = await filesOf(other);
  if (files.join('\n') !== others.join('\n')) throw new Error(`${one} and ${other} hold different files`);
  for (const file of files) {
    if (!(await sameBytes(join(one, file), join(other, file))))
      throw new Error(`${file} differs in ${one} and ${other}`);
  }
  return files.length;
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

async function sameBytes(one: string, other: string): Promise<boolean> {
  const [a, b] = [await open(one), await open(other)];
  try {
    const [left, right] = [Buffer.alloc(1 << 20), Buffer.alloc(1 << 20)];
    for (;;) {
      const { bytesRead } = await a.read(left);
      const there = await b.read(right);
      if (bytesRead !== there.bytesRead) return false;
      if (bytesRead === 0) return true;
      if (left.compare(right, 0, bytesRead, 0, bytesRead) !== 0) return false;
    }
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}
