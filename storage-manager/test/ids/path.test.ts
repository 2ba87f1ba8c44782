import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PolicyError } from '../../src/errors.ts';
import { comparePaths, parseSafePath } from '../../src/ids/path.ts';

const long = 'x'.repeat(255);

test.each([
  'model.safetensors',
  'a/b/c.json',
  '.gitattributes',
  'a b/c d.txt',
  '..x/...y',
  '%2e%2e/x',
  'naïve/模型/модель.bin',
  '🎉.txt',
  'CONSOLE/COM10/nul-model',
  'a~b',
  'É',
  long,
  [long, long, long, 'x'.repeat(256 - 1)].join('/'),
])('%j is safe', (text) => {
  expect(parseSafePath(text)).toBe(text);
});

describe.each<[string, string[]]>([
  ['climbing', ['..', '../x', 'a/../../x', 'a/..', './x', '.', 'a/./b', '..\\x', '..\\\\x']],
  ['absolute', ['/etc/x', '//host/share', '\\\\host\\share', '\\x', '/', 'file:///x']],
  ['drive or stream', ['C:\\x', 'C:x', 'c:', 'a:b', 'a/b:c']],
  ['home', ['~', '~/x', '~root/x']],
  ['empty part', ['', 'a//b', 'a/', '%2e%2e/']],
  ['trailing dot or space', ['a.', 'a ', 'a./b', 'a /b', 'a. ', 'a\u00a0', 'a\u3000/b']],
  [
    'device',
    ['CON', 'con', 'NUL.txt', 'a/Aux', 'prn.tar.gz', 'COM1', 'lpt9.x', 'COM¹', 'CON .txt', 'CONIN$'],
  ],
  ['wildcard', ['a*', 'a?b', '"a"', '<a>', 'a|b']],
  ['control', ['a\0b', 'a\nb', 'a\tb', '\u001b[31m', 'a\u007f', 'a\u0085b', 'a\u2028b']],
  [
    'hidden',
    ['a\u202eb', 'a\u200bb', 'a\u200d', '\ufeffa', 'a\u00adb', 'a\u2066b', 'a\u3164b', 'a\u{e0041}'],
  ],
  ['lone surrogate', ['\ud800', 'a\udc00b', 'a/\ud83d']],
  ['private or unassigned', ['\ue000', '\uffff', '\u{10ffff}', '\u0378']],
  ['not NFC', ['e\u0301', '\u212a', 'a/\u1100\u1161', '\u2126']],
  [
    'too long',
    [`${long}x`, 'é'.repeat(128), `a/${'模'.repeat(86)}`, 'a/'.repeat(512).concat('b'), 'x'.repeat(5000)],
  ],
])('%s', (_, texts) => {
  test.each(texts)('%j is refused', (text) => {
    expect(() => parseSafePath(text)).toThrow(
      expect.objectContaining({ code: 'PATH_UNSAFE', constructor: PolicyError }),
    );
  });
});

test('an error never carries what could write to a terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
      const path = `../${text}\u001b]0;x\u0007\u202e`;
      expect(() => parseSafePath(path)).toThrow(/^[\x20-\x7e]*$/);
    }),
  );
});

test('what is safe stays under the folder it is resolved in', () => {
  const parts = fc.array(fc.constantFrom('..', '.', 'a', '', '\\', 'b', 'C:', '~', '...'), { maxLength: 6 });
  fc.assert(
    fc.property(parts, (list) => {
      const text = list.join('/');
      let safe: string;
      try {
        safe = parseSafePath(text);
      } catch {
        return;
      }
      expect(new URL(safe, 'file:///root/tree/').pathname).toBe(`/root/tree/${safe}`);
    }),
  );
});

test('paths are ordered by their bytes in UTF-8', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 8 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(comparePaths(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
  expect(comparePaths('\uff5e', '😀')).toBeLessThan(0);
});
