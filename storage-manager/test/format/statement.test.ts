import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Statement } from '../../src/actions.ts';
import { parseStatement, statementPath, writeStatement } from '../../src/format/statement.ts';
import { parseDigest } from '../../src/ids/digest.ts';
import { parseModelName, parseVersion } from '../../src/ids/reference.ts';
import { statementSigner } from '../../src/registries/ethereum/statements.ts';

const vectors = new URL('../../../registry-contract/vectors/typed-data.json', import.meta.url);
const { statement: vector, signer } = JSON.parse(readFileSync(vectors, 'utf8'));
const { message } = vector;

const golden: Statement = {
  chainId: message.chainId,
  registry: message.registry.toLowerCase(),
  release: {
    model: parseModelName(`${message.namespace}/${message.model}`),
    version: parseVersion(message.version),
    manifest: parseDigest(message.manifestDigest.slice(2)),
    chunkRoot: parseDigest(message.chunkRoot.slice(2)),
    chunkCount: message.chunkCount,
    bytes: message.bytes,
  },
  issuedAt: message.issuedAt,
  expiresAt: message.expiresAt,
  signature: vector.signature,
};
const text = writeStatement(golden);

test('is what the contract hashes and its key has signed', () => {
  expect(parseStatement(text, 'it')).toEqual(golden);
  expect(statementSigner(golden)).toBe(signer.toLowerCase());
  expect(JSON.parse(text)).toEqual({
    ...{ format: 'ballast-statement/1', ...message, registry: golden.registry, signature: vector.signature },
  });
  expect(statementPath(golden.release.model, golden.release.version).join('/')).toBe(
    `ballast/1/${message.namespace}/llama/1.0.0.json`,
  );
});

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** The other signature that `ecrecover` takes for the same: s negated, v turned. */
function otherForm(signature: string): string {
  const s = ORDER - BigInt(`0x${signature.slice(66, 130)}`);
  return `${signature.slice(0, 66)}${s.toString(16).padStart(64, '0')}${signature.endsWith('1b') ? '1c' : '1b'}`;
}

describe('B18: a text with another meaning, or with two, is no statement:', () => {
  const with_ = (change: Record<string, unknown>) =>
    `${JSON.stringify({ ...JSON.parse(text), ...change }, null, 2)}\n`;
  test.each([
    ['data after its end', `${text} `],
    ['data after the signature', with_({ signature: `${vector.signature}00` })],
    ['a signature cut short', with_({ signature: vector.signature.slice(0, -2) })],
    ['the other form of its signature', with_({ signature: otherForm(vector.signature) })],
    ['a signature in capitals', with_({ signature: `0x${vector.signature.slice(2).toUpperCase()}` })],
    ['a compact signature', with_({ signature: vector.signature.slice(0, 130) })],
    ['a field that nobody signed', with_({ note: 'trust me' })],
    ['a field less', with_({ chunkRoot: undefined })],
    ['a field twice', text.replace('  "bytes"', '  "bytes": 1,\n  "bytes"')],
    ['other white space', JSON.stringify(JSON.parse(text))],
    ['a byte order mark', `\uFEFF${text}`],
    ['a comment', `// so\n${text}`],
    ['another format', with_({ format: 'ballast-statement/2' })],
    ['a number as a text', with_({ bytes: '1074000000' })],
    ['a number past 2^53', text.replace('1074000000', '9007199254740993')],
    ['a fraction', with_({ chunkCount: 1.5 })],
    ['no chunk', with_({ chunkCount: 0 })],
    ['more than 90 days', with_({ expiresAt: message.expiresAt + 1 })],
    ['no time at all', with_({ expiresAt: message.issuedAt })],
    ['a path for a name', with_({ model: '../llama' })],
    ['a channel for a version', with_({ version: 'latest' })],
    ['an address in capitals', with_({ registry: message.registry })],
    ['a prototype', text.replace('"format"', '"__proto__": {"a": 1},\n  "format"')],
    ['a list', '[]\n'],
    ['nothing', ''],
    ['too much', `${' '.repeat(5_000)}${text}`],
    ['nesting', '['.repeat(4_000)],
  ])('%s', (_what, malformed) => {
    expect(() => parseStatement(malformed, 'the statement of m@1')).toThrow(
      expect.objectContaining({ code: 'STATEMENT_REFUSED', exit: 6 }),
    );
  });
});

test('B18: whatever is changed, it is refused or no longer signed by its key', () => {
  const fields = Object.keys(JSON.parse(text));
  fc.assert(
    fc.property(fc.constantFrom(...fields), fc.json({ maxDepth: 1 }), (field, value) => {
      const changed = { ...JSON.parse(text), [field]: JSON.parse(value) };
      fc.pre(JSON.stringify(changed) !== JSON.stringify(JSON.parse(text)));
      try {
        const read = parseStatement(`${JSON.stringify(changed, null, 2)}\n`, 'it');
        expect(statementSigner(read)).not.toBe(signer.toLowerCase());
      } catch (error) {
        expect(error).toMatchObject({ code: 'STATEMENT_REFUSED' });
      }
    }),
    { numRuns: process.env.BALLAST_DEEP ? 20_000 : 300 },
  );
});
