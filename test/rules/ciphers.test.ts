/**
 * B25: nothing is encrypted yet, so nothing may be encrypted badly: no cipher, no XOR of bytes, no mode that proves
 * nothing. What decrypts is the keystore of wallets alone, whose MAC is checked first.
 */
import { expect, it } from 'vitest';
import { readShippedSources, type SourceFile, sourceFile } from './source-tree.ts';

const DRAWS_AND_HASHES = ['createHash', 'hash', 'randomBytes', 'randomInt', 'randomUUID', 'randomFillSync'];
const KEYSTORE = 'storage-manager/src/registries/ethereum/keystore.ts';
/** Makes the numbers of a model out of nothing, in one command and in the test kit. */
const MADE_UP = ['cli/src/quickstart/model.ts', 'storage-manager/src/testing/samples/seeded.ts'];

/** `a ^ b` and `a ^= b` outside of texts and patterns, of things that could be bytes. */
const XOR = /[\w)\]] \^=? [\w(]/;

function ciphers(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !MADE_UP.includes(path) && !path.includes('/generated/'))
    .flatMap(({ path, code, imports }) => [
      ...imports
        .filter(({ specifier }) => specifier === 'node:crypto' && path !== KEYSTORE)
        .flatMap(({ names }) => names.match(/\w+/g) ?? [])
        .filter((name) => name !== 'type' && !DRAWS_AND_HASHES.includes(name))
        .map((name) => `${path} imports ${name}`),
      ...(XOR.test(code) && !path.includes('/testing/') ? [`${path} has an XOR`] : []),
      ...(/\bcrypto\.subtle\b|\bXOR\b/.test(code) ? [`${path} has a cipher of its own`] : []),
    ]);
}

it('B25: no source encrypts, and none mixes bytes by XOR', () => {
  expect(ciphers(readShippedSources())).toEqual([]);
});

it.each([
  "import { createCipheriv } from 'node:crypto';",
  "import { type Cipher, createHash, createCipheriv } from 'node:crypto';",
  'for (const at of keys) out[at] = bytes[at] ^ key[at];',
  'bytes[at] ^= key;',
  'await crypto.subtle.encrypt(name, key, bytes);',
])('B25: sees %s', (code) => {
  expect(ciphers([sourceFile('storage-manager/src/stores/a.ts', code)])).not.toEqual([]);
});
