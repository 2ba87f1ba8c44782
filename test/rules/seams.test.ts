/** Implementations of one seam do not import each other, and no import runs in a circle. */
import { describe, expect, it } from 'vitest';
import { readShippedSources, type SourceFile, sourceFile } from './source-tree.ts';

const SEAM_FOLDERS = ['stores', 'sources', 'registries', 'chunkers', 'trust'];
/** The embedded chain runs the same contract, through the same client. */
const ALLOWED = new Set(['registries/embedded → registries/ethereum']);

/** `stores/disk` for any file of that folder, `chunkers/cdc` for the file; null for what implementations share. */
function implementation(path: string): string | null {
  const match = /^storage-manager\/src\/([^/]+)\/(?:([^/]+)\/|(fixed|cdc|tensor|chain|cid)\.ts$)/.exec(path);
  const name = match?.[2] ?? match?.[3];
  return match && name && SEAM_FOLDERS.includes(match[1]!) ? `${match[1]}/${name}` : null;
}

function entangled(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) =>
    imports
      .filter(({ target }) => {
        const [from, to] = [implementation(path), implementation(target)];
        return from !== null && to !== null && from !== to && !ALLOWED.has(`${from} → ${to}`);
      })
      .map(({ specifier }) => `${path} imports ${specifier}`),
  );
}

/** Each circle once, as the files along it. */
function circles(files: readonly SourceFile[]): string[] {
  const next = new Map(files.map(({ path, imports }) => [path, imports.map(({ target }) => target)]));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const seen = trail.indexOf(path);
    if (seen >= 0) found.push([...trail.slice(seen), path].join(' → '));
    if (seen >= 0 || done.has(path)) return;
    for (const target of next.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const path of next.keys()) walk(path, []);
  return found;
}

describe('imports', () => {
  it('do not join implementations of one seam', () => {
    expect(entangled(readShippedSources())).toEqual([]);
  });

  it('run in no circle', () => {
    expect(circles(readShippedSources())).toEqual([]);
  });

  it.each([
    ['stores/disk/a.ts', "import { b } from '../kubo/b.ts';", 1],
    ['registries/ethereum/a.ts', "import { b } from '../embedded/b.ts';", 1],
    ['registries/embedded/a.ts', "import { b } from '../ethereum/b.ts';", 0],
    ['stores/disk/a.ts', "import { b } from '../block-errors.ts';", 0],
    ['chunkers/tensor.ts', "import { b } from './cdc.ts';", 1],
    ['chunkers/tensor.ts', "import { b } from './safetensors.ts';", 0],
    ['trust/lock/a.ts', "import { b } from '../chain.ts';", 1],
    ['trust/chain.ts', "import { b } from './cid.ts';", 1],
    ['trust/chain.ts', "import { b } from './seen.ts';", 0],
  ])('%s with %s breaks the rule %i times', (path, code, times) => {
    expect(entangled([sourceFile(`storage-manager/src/${path}`, code)])).toHaveLength(times);
  });

  it('finds a circle of three', () => {
    const files = [
      sourceFile('x/a.ts', "import './b.ts';"),
      sourceFile('x/b.ts', "export * from './c.ts';"),
      sourceFile('x/c.ts', "import type { A } from './a.ts';"),
    ];
    expect(circles(files)).toEqual(['x/a.ts → x/b.ts → x/c.ts → x/a.ts']);
  });
});
