import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LockEntry, parseLockfile, writeLockfile } from '../../src/format/lockfile.ts';
import { parseDigest } from '../../src/ids/digest.ts';
import { parseModelName, parseVersion } from '../../src/ids/reference.ts';

const hex = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('hex'));
const digest = hex(32).map(parseDigest);
const address = hex(20).map((text) => `0x${text}`);

/** What a version is does not depend on which entry says it. */
function inOneVoice(all: LockEntry[]): LockEntry[] {
  const first = new Map<string, LockEntry>();
  return all.map((entry) => {
    const { model, version } = entry.release;
    const { release, chainId, genesis, registry } = first.get(`${model}@${version}`) ?? entry;
    first.set(`${model}@${version}`, { ...entry, release, chainId, genesis, registry });
    return { ...entry, release, chainId, genesis, registry };
  });
}

const anyEntries: fc.Arbitrary<LockEntry[]> = fc.uniqueArray(
  fc
    .record({
      name: fc.constantFrom('acme/llama', 'acme/tiny', `0x${'ab'.repeat(20)}/llama`),
      version: fc.constantFrom('1', '2024-06', '1.0.0-rc.1').map(parseVersion),
      channel: fc.option(fc.constantFrom('latest', 'stable')),
      ...{ manifest: digest, chunkRoot: digest, genesis: hex(32), registry: address },
      ...{ chunkCount: fc.integer({ min: 1, max: 4_000_000 }), bytes: fc.maxSafeNat(), seq: fc.nat() },
      ...{ chainId: fc.integer({ min: 1 }), key: fc.option(address), block: fc.maxSafeNat() },
      status: fc.constantFrom('active' as const, 'deprecated' as const, 'yanked' as const),
      time: fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true }),
    })
    .map(
      ({ name, channel, version, manifest, chunkRoot, chunkCount, bytes, seq, genesis, key, ...rest }) => ({
        ...rest,
        reference: `${name}@${channel ?? version}`,
        release: { model: parseModelName(name), version, manifest, chunkRoot, chunkCount, bytes },
        ...{ genesis: `0x${genesis}`, channelSeq: channel === null ? null : seq + 1, statementKey: key },
      }),
    ),
  { selector: ({ reference }) => reference, maxLength: 5 },
);

const entries = anyEntries.map(inOneVoice);

test('what is written is read again, in the order of the references', () => {
  fc.assert(
    fc.property(entries, (all) => {
      const sorted = all.toSorted((a, b) => (a.reference < b.reference ? -1 : 1));
      expect(parseLockfile(writeLockfile(all), 'it')).toEqual(sorted);
      expect(writeLockfile(sorted)).toBe(writeLockfile(all));
    }),
  );
});

const [entry] = fc.sample(
  entries.filter(([first]) => first?.channelSeq === null),
  { numRuns: 1, seed: 4 },
)[0]!;
const locked = { ...entry!, reference: 'acme/llama@1', time: new Date('2026-11-21T05:30:00.000Z') };
locked.release = { ...locked.release, model: parseModelName('acme/llama'), version: parseVersion('1') };
const text = writeLockfile([locked]);

describe('what has another meaning, or two, is no lock file:', () => {
  const changed = (change: Record<string, unknown>) => {
    const document = JSON.parse(text);
    Object.assign(document.models['acme/llama@1'], change);
    return `${JSON.stringify(document, null, 2)}\n`;
  };
  test('two entries that do not agree what a version is', () => {
    const channel = { ...locked, reference: 'acme/llama@latest', channelSeq: 1 };
    expect(parseLockfile(writeLockfile([locked, channel]), 'it')).toHaveLength(2);
    const other = { ...channel, release: { ...channel.release, bytes: locked.release.bytes + 1 } };
    for (const second of [
      other,
      { ...channel, chainId: locked.chainId + 1 },
      { ...channel, genesis: `0x${'0'.repeat(64)}` },
    ])
      expect(() => parseLockfile(writeLockfile([locked, second]), 'it')).toThrow(
        expect.objectContaining({
          code: 'LOCK_INVALID',
          message: expect.stringContaining('other facts of version 1'),
        }),
      );
  });

  test.each([
    ['a reference without its namespace', text.replace('acme/llama@1', 'llama@1')],
    ['a reference without its version', text.replace('acme/llama@1', 'acme/llama')],
    ['a digest for a reference', text.replace('acme/llama@1', `acme/llama@sha256:${'ab'.repeat(32)}`)],
    ['another version than the reference says', changed({ version: '2' })],
    ['a move where no channel is', changed({ channelSeq: 3 })],
    ['a channel without its move', text.replace('acme/llama@1', 'acme/llama@latest')],
    [
      'a CID of something else',
      changed({ manifest: 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy' }),
    ],
    [
      'a manifest in capitals',
      text.replace(/"manifest": "b([a-z2-7]+)"/, (_, rest) => `"manifest": "B${rest.toUpperCase()}"`),
    ],
    ['a day that is none', changed({ time: '2026-02-31T05:30:00.000Z' })],
    ['a chain of another kind', changed({ chain: 'bip122:000000000019d6689c085ae165831e93' })],
    ['a chain without a number', changed({ chain: 'eip155:01' })],
    ['a status that is none', changed({ status: 'fine' })],
    ['a field more', changed({ note: 'x' })],
    ['an entry twice', text.replace('"models": {', '"models": {\n    "acme/llama@1": {},')],
    ['a merge that was not finished', text.replace('      "version"', '<<<<<<< ours\n      "version"')],
    ['Windows line ends', text.replaceAll('\n', '\r\n')],
    ['a prototype', text.replace('"models": {', '"models": {\n    "__proto__": {},')],
    ['another document', '{"name": "x", "lockfileVersion": 3}'],
    ['nothing', ''],
    ['nesting', '{"format":"ballast-lock/1","models":'.padEnd(900_000, '[')],
    ['too much', `${text}${' '.repeat(1_100_000)}`],
  ])('%s', (_what, malformed) => {
    expect(parseLockfile(text, 'models.lock')).toEqual([locked]);
    expect(() => parseLockfile(malformed, 'models.lock')).toThrow(
      expect.objectContaining({
        code: 'LOCK_INVALID',
        exit: 2,
        message: expect.stringContaining('models.lock'),
      }),
    );
  });
});

test('C23: a later format is named, and nothing of it is read', () => {
  for (const later of ['{\n  "format": "ballast-lock/2",\n', '{"format":"ballast-lock/1.1","entries":[]}'])
    expect(() => parseLockfile(later, 'models.lock')).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNKNOWN', exit: 8 }),
    );
});
