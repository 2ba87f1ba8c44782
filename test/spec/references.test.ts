/** docs/spec.md names every file of vectors and only tests that there are. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/spec.md'), 'utf8');

test('every file of vectors is linked', () => {
  const vectors = globSync('*/vectors/*.json', { cwd: root });
  expect(vectors.length).toBeGreaterThan(10);
  expect(vectors.filter((path) => !page.includes(`](../${path})`))).toEqual([]);
});

/** A bare name lies in the folder of the path before it. */
test('every test that is named exists', () => {
  let folder = '';
  const absent: string[] = [];
  for (const [, named = ''] of page.matchAll(/`([\w/.*-]+\.(?:test\.ts|t\.sol))`/g)) {
    const path = named.includes('/') ? named : posix.join(folder, named);
    folder = posix.dirname(path);
    const found = path.includes('*')
      ? globSync(path, { cwd: root }).length > 0
      : existsSync(join(root, path));
    if (!found) absent.push(path);
  }
  expect(absent).toEqual([]);
});

test('every section says what holds it', () => {
  const sections = page.split(/^## (?=\d)/m).slice(1);
  expect(sections.length).toBe(17);
  expect(sections.filter((text) => !/\bHeld\s+by\s/.test(text)).map((text) => text.split('\n')[0])).toEqual(
    [],
  );
});
