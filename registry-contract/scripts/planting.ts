/** Copies of this package in which mistakes are planted: scripts/mutation.ts and scripts/proofs.ts. */
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './foundry.ts';

/** What a mistaken hand might have written: the file under contracts/, what stands there once, and what instead. */
export type Mistake = readonly [file: string, original: string, replacement: string, ...more: string[]];

/** Copies contracts/ and these parts, and links what compiles them. @param keep which paths; default: all */
export async function copyPackage(
  to: string,
  parts: readonly string[],
  keep?: (path: string) => boolean,
): Promise<void> {
  for (const part of ['contracts', 'foundry.toml', ...parts])
    await cp(join(root, part), join(to, part), { recursive: true, ...(keep && { filter: keep }) });
  await symlink(join(root, 'tools'), join(to, 'tools'));
  await mkdir(join(to, 'lib'));
  await symlink(join(root, '../node_modules/@openzeppelin'), join(to, 'lib/@openzeppelin'));
}

/** Runs `work` while the mistake stands in the copy. @throws Error unless its original stands there once */
export async function withPlanted<T>(
  copy: string,
  [name, original, replacement]: Mistake,
  work: () => Promise<T>,
): Promise<T> {
  const file = join(copy, 'contracts', name);
  const source = await readFile(file, 'utf8');
  if (source.split(original).length !== 2) throw new Error(`${name} must have this once: ${original}`);
  await writeFile(
    file,
    source.replace(original, () => replacement),
  );
  try {
    return await work();
  } finally {
    await writeFile(file, source);
  }
}

/** Those that a word of the command line names; all without words. */
export function chosenOf<M extends Mistake>(mistakes: readonly M[]): M[] {
  const words = process.argv.slice(2);
  return mistakes.filter(
    (mistake) => words.length === 0 || words.some((word) => mistake.join(' ').includes(word)),
  );
}
