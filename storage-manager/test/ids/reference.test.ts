import { expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { parseModelName, parseNamespace, parseReference, splitModel } from '../../src/ids/reference.ts';

const DIGEST = 'ab'.repeat(32);
const ADDRESS = `0x${'0f'.repeat(20)}`;
const acme = parseNamespace('acme');

test.each([
  ['acme/llama', 'acme/llama@latest', 'channel'],
  ['acme/llama@stable', 'acme/llama@stable', 'channel'],
  ['acme/llama@1.0.0-rc.1', 'acme/llama@1.0.0-rc.1', 'version'],
  [`acme/llama@sha256:${DIGEST}`, `acme/llama@sha256:${DIGEST}`, 'manifest'],
  [`${ADDRESS}/m`, `${ADDRESS}/m@latest`, 'channel'],
  ['my-model-v1', 'acme/my-model-v1@latest', 'channel'],
  ['my-model-v1@2', 'acme/my-model-v1@2', 'version'],
])('%s reads as %s', (text, full, kind) => {
  const reference = parseReference(text, acme);
  expect(reference.selector.kind).toBe(kind);
  expect(parseReference(full)).toEqual(reference);
});

test.each([
  'acme/llama@',
  'acme/llama@1@2',
  'acme/llama@v1@latest',
  'acme/llama@V1',
  'acme/llama@1.',
  'acme/llama@sha256:xyz',
  `acme/llama@sha256:${DIGEST}0`,
  `acme/llama@sha1:${DIGEST}`,
  'acme//llama',
  'acme/x/llama',
  '/llama',
  'acme/',
  '../llama',
  'Acme/llama',
  'acme/Llama',
  'acme/llama.git',
  `acme/${'a'.repeat(65)}`,
  `${'a'.repeat(32)}/llama`,
  `0x${'0F'.repeat(20)}/llama`,
  'acme/llama\n',
  ' acme/llama',
])('B17: %j is refused', (text) => {
  expect(() => parseReference(text, acme)).toThrow(UsageError);
});

test('a bare name needs a default namespace', () => {
  expect(() => parseReference('llama')).toThrow(expect.objectContaining({ code: 'NAMESPACE_UNKNOWN' }));
});

test('a model splits into its two parts', () => {
  expect(splitModel(parseModelName('acme/llama'))).toEqual({ namespace: 'acme', name: 'llama' });
});
