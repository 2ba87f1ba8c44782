/** One idea a file: no source over 300 lines, comments and tests included. */
import { expect, it } from 'vitest';
import { readSources, type SourceFile, sourceFile } from './source-tree.ts';

const LONGEST = 300;

function tooLong(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ lineCount }) => lineCount > LONGEST)
    .map(({ path, lineCount }) => `${path} has ${lineCount} lines`);
}

it('no source file is over 300 lines', () => {
  expect(tooLong(readSources(/\.(ts|js|cjs|mjs|sol|py|sh)$|^\.ci\/run$/))).toEqual([]);
});

it('counts lines, not their ends', () => {
  expect(tooLong([sourceFile('a.ts', '\n'.repeat(300))])).toEqual([]);
  expect(tooLong([sourceFile('a.ts', '\n'.repeat(301))])).toEqual(['a.ts has 301 lines']);
});
