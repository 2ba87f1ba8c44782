import { describe, expect, test } from 'vitest';
import vectors from '../../../registry-contract/vectors/names.json' with { type: 'json' };
import { parseChannel, parseModelName, parseNamespace, parseVersion } from '../../src/ids/reference.ts';

/** The same lists hold the contract's grammar: a name that one side takes, the other takes too. */
const PARSERS = {
  namespace: parseNamespace,
  name: (text: string) => parseModelName(`acme/${text}`),
  version: parseVersion,
  channel: parseChannel,
};

describe.each(Object.entries(PARSERS))('%s', (kind, parse) => {
  const { valid, invalid } = vectors[kind as keyof typeof PARSERS];

  test('takes every valid one', () => {
    for (const text of valid) expect(() => parse(text), JSON.stringify(text)).not.toThrow();
    expect(valid.length).toBeGreaterThan(100);
  });

  test('refuses every invalid one', () => {
    for (const text of invalid) expect(() => parse(text), JSON.stringify(text)).toThrow();
    expect(invalid.length).toBeGreaterThan(100);
  });
});
