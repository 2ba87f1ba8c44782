import { expect, it } from 'vitest';
import { jsonLines } from '../src/json-lines.ts';
import { jsonText } from '../src/output.ts';

it.each([
  { a: [] },
  { a: 1, b: 'x\ny\u001b', c: { d: [1, { e: null }], f: {} }, g: null },
  { rows: [{ left: { name: 'a\n', shape: [1, 2] }, right: null }, {}, [], 'x'], last: [1] },
])('writes %j as one text would be', (document) => {
  expect([...jsonLines(document)].join('\n')).toBe(jsonText(document));
});
