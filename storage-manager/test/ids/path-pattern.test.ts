import { expect, it } from 'vitest';
import { parseSafePath } from '../../src/ids/path.ts';
import { parsePathPattern } from '../../src/ids/path-pattern.ts';

const matches = (pattern: string, path: string) => parsePathPattern(pattern).matches(parseSafePath(path));

it.each([
  ['*.json', 'config.json'],
  ['*.json', 'a/b/config.json'],
  ['config.json', 'a/config.json'],
  ['*', '.gitattributes'],
  ['/config.json', 'config.json'],
  ['a/*.bin', 'a/x.bin'],
  ['a/**/x', 'a/x'],
  ['a/**/x', 'a/b/c/x'],
  ['**/x', 'x'],
  ['**/b/*', 'a/b/c'],
  ['a/', 'a/x'],
  ['a/', 'a/b/x'],
  ['a/**', 'a/b/x'],
  ['**', 'a/b'],
  ['model-0000[1-3]-of-*.safetensors', 'model-00002-of-00005.safetensors'],
  ['[!a]b', 'cb'],
  ['[[]x]', '[x]'],
  ['[]]', ']'],
  ['[a-]', '-'],
  ['a?c', 'a🙂c'],
  ['*a*b*', 'xxaxxaxxb'],
  ['ä*', 'ä1'],
])('%s takes %s', (pattern, path) => {
  expect(matches(pattern, path)).toBe(true);
});

it.each([
  ['*.json', 'config.json5'],
  ['*.JSON', 'config.json'],
  ['/config.json', 'a/config.json'],
  ['a', 'a/x'],
  ['a/', 'a'],
  ['a/', 'b/a/x'],
  ['a/**', 'a'],
  ['a/*', 'a/b/x'],
  ['a/**/x', 'b/a/x'],
  ['[1-3]', '4'],
  ['[!a]', 'a'],
  ['?', 'ab'],
  ['a*b', 'aXbX'],
])('%s leaves out %s', (pattern, path) => {
  expect(matches(pattern, path)).toBe(false);
});

it.each(['', '/', 'a//b', '[', 'a[b', '[]', '[!]', 'a\\b'])('%j is refused', (pattern) => {
  expect(() => parsePathPattern(pattern)).toThrowError(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
});

it('of a backslash it says so', () => {
  expect(() => parsePathPattern('a\\b')).toThrow('no backslash');
});

it('no name is slow to match', () => {
  expect(matches(`${'*a'.repeat(100)}*b`, 'a'.repeat(255))).toBe(false);
});
