import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldPath } from '../../src/ids/fold-path.ts';
import { checkTree, parseSafePath, type SafePath } from '../../src/ids/path.ts';

const tree = (...paths: string[]) => checkTree(paths.map(parseSafePath));

test.each([
  [[]],
  [['a']],
  [['a', 'b']],
  [['a/b', 'a/c', 'a-b', 'a.b', 'a0']],
  [['a/b/c', 'a/b.c', 'a.b/c']],
  [['ab', 'a/b']],
  [['x/a', 'y/A']],
])('%j is a tree', (paths) => {
  expect(() => tree(...paths)).not.toThrow();
});

describe.each([
  ['one path twice', ['a/b', 'c', 'a/b']],
  ['names that differ by case', ['A.bin', 'a.bin']],
  ['folders that differ by case', ['A/x', 'b', 'a/y']],
  ['folders that differ by case far apart', ['d/A/x', 'd/A/z', 'd/a/y/z', 'd/b']],
  ['a sharp s', ['stra\u00dfe', 'STRASSE']],
  ['a capital sharp s', ['\u1e9e', 'ss']],
  ['a dotless i', ['\u0131', 'i']],
  ['a dotted I', ['\u0130', 'i']],
  ['two sigmas', ['ας', 'ασ']],
  ['a ligature', ['ﬁle', 'file']],
  ['a file where a folder is', ['a', 'a/b']],
  ['a file where a folder is, with others between', ['a', 'a-b', 'a.c', 'a/b/c']],
  ['a file where a folder of another case is', ['A', 'a/b']],
])('%s', (_, paths) => {
  test.each([paths, [...paths].reverse()])('is refused in any order', (...order) => {
    expect(() => tree(...order)).toThrow(expect.objectContaining({ code: 'PATH_UNSAFE' }));
  });
});

/** The rule said plainly: no path equals another or lies under it once case is folded, and folders have one spelling. */
function isTree(paths: readonly SafePath[]): boolean {
  const spelling = new Map<string, string>();
  const files = new Set(paths.map(foldPath));
  if (files.size < paths.length) return false;
  for (const path of paths) {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/') as SafePath;
      const key = foldPath(folder);
      if (files.has(key) || (spelling.get(key) ?? folder) !== folder) return false;
      spelling.set(key, folder);
    }
  }
  return true;
}

test('the verdict on any set of paths is that of the plain rule', () => {
  const part = fc.constantFrom('a', 'A', 'b', 'a-', 'ß', 'SS', 'ı');
  const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parseSafePath(parts.join('/')));
  fc.assert(
    fc.property(fc.array(path, { maxLength: 5 }), (paths) => {
      const check = () => checkTree(paths);
      if (isTree(paths)) expect(check).not.toThrow();
      else expect(check).toThrow(expect.objectContaining({ code: 'PATH_UNSAFE' }));
    }),
    { numRuns: 2000 },
  );
});

test('deep paths need no map of their folders', () => {
  const paths = Array.from({ length: 20_000 }, (_, i) => parseSafePath(`${i}/${'d/'.repeat(60)}f`));
  expect(() => checkTree(paths)).not.toThrow();
});
