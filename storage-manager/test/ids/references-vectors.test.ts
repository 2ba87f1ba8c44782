import { expect, test } from 'vitest';
import { parseModelName, parseReference } from '../../src/ids/reference.ts';
import vectors from '../../vectors/references.json' with { type: 'json' };

const { models, references } = vectors;

test('takes every valid model', () => {
  for (const text of models.valid) expect(parseModelName(text)).toBe(text);
});

test.each(models.invalid)('B17: refuses the model %j', (text) => {
  expect(() => parseModelName(text)).toThrow();
});

test.each(references.valid)('reads $text', ({ text, model, ...selector }) => {
  const { kind, ...selected } = parseReference(text).selector;
  expect(parseReference(text).model).toBe(model);
  expect({ [kind]: Object.values(selected)[0] }).toEqual(selector);
});

test.each(references.invalid)('refuses the reference %j', (text) => {
  expect(() => parseReference(text)).toThrow();
});
