import { expect, test } from 'vitest';
import { checkTree, comparePaths, parseSafePath } from '../../src/ids/path.ts';
import vectors from '../../vectors/paths.json' with { type: 'json' };

const unsafe = expect.objectContaining({ code: 'PATH_UNSAFE' });
const check = (paths: readonly string[]) => checkTree(paths.map(parseSafePath));

test('takes every valid path', () => {
  for (const text of vectors.valid) expect(parseSafePath(text)).toBe(text);
});

test('B1, B2, B3, B6, B8: refuses every invalid path', () => {
  for (const text of vectors.invalid) expect(() => parseSafePath(text), JSON.stringify(text)).toThrow(unsafe);
});

test.each(vectors.trees)('takes the tree of %s', (...paths) => {
  expect(() => check(paths)).not.toThrow();
  expect(paths.toReversed().sort(comparePaths)).toEqual(paths);
});

test.each(vectors.clashes)('B4, B5, B9: refuses %s and others together', (...paths) => {
  expect(() => check(paths)).toThrow(unsafe);
  expect(() => check(paths.toReversed())).toThrow(unsafe);
});

/** docs/spec.md lists them, for languages whose libraries do not know the property. */
test('the characters that are drawn as nothing are those of the specification', () => {
  const listed = [0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180c, 0x180d, 0x180f, 0x3164, 0xffa0];
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const expected = [...listed, ...range(0xfe00, 0xfe0f), ...range(0xe0100, 0xe01ef)];
  const found = range(0, 0x10ffff).filter((code) =>
    /^(?=\p{Default_Ignorable_Code_Point})[^\p{C}\p{Zl}\p{Zp}]$/u.test(String.fromCodePoint(code)),
  );
  expect(found).toEqual(expected.toSorted((a, b) => a - b));
});
