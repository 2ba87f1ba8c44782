import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { root } from '../rules/source-tree.ts';

/** Puts `ballast` of this checkout into `folder/bin`. @returns a PATH on which pages find it first */
export function putBallast(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const file = join(bin, 'ballast');
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'cli/bin/ballast.js')}' "$@"\n`);
  chmodSync(file, 0o755);
  return [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
}
