import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cdcChunker } from '../../src/chunkers/cdc.ts';
import {
  GEAR_MAX_BYTES,
  GEAR_MIN_BYTES,
  GEAR_TABLE,
  GEAR_TARGET_BYTES,
  gearCut,
} from '../../src/chunkers/gear.ts';
import vectors from '../../vectors/gear.json' with { type: 'json' };
import { chunksOf, cutFile } from './cut-file.ts';
import { stream } from './stream.ts';

const MiB = 1024 * 1024;
const noise = stream('gear', 8 * MiB);

test('the table is the one of the vectors', () => {
  const hex = Array.from(GEAR_TABLE, (entry) => (entry >>> 0).toString(16).padStart(8, '0'));
  expect(hex).toEqual(vectors.table);
});

test.each(vectors.files)('$name is cut as ever', async ({ seed, prefixZeros, length, ends }) => {
  const bytes = new Uint8Array(prefixZeros + length);
  bytes.set(stream(seed, length), prefixZeros);
  expect(await cutFile(cdcChunker, bytes)).toEqual(ends);
});

/** The rule said plainly: the first place from the minimum on whose 32 bytes before it have the wanted zero bits. */
function plainCut(bytes: Uint8Array): number {
  const length = Math.min(bytes.byteLength, GEAR_MAX_BYTES);
  for (let place = GEAR_MIN_BYTES; place < length; place += 1) {
    let hash = 0;
    for (let i = place - 32; i < place; i += 1) hash = ((hash << 1) + GEAR_TABLE[bytes[i]!]!) | 0;
    if (hash >>> (place < GEAR_TARGET_BYTES ? 11 : 15) === 0) return place;
  }
  return length;
}

test('a cut is where the plain rule says', () => {
  for (let offset = 0; offset < 2 * MiB; offset += 300_001) {
    const bytes = noise.subarray(offset, offset + MiB);
    expect(gearCut(bytes)).toBe(plainCut(bytes));
  }
});

test('a cut depends on the bytes before it only, so more bytes behind never move it', () => {
  fc.assert(
    fc.property(fc.nat(6 * MiB), fc.integer({ min: 1, max: MiB }), (offset, length) => {
      const whole = gearCut(noise.subarray(offset, offset + MiB));
      expect(gearCut(noise.subarray(offset, offset + length))).toBe(Math.min(whole, length));
    }),
    { numRuns: 30 },
  );
});

test('every byte repeated is cut at the maximum, none at every place', () => {
  for (let byte = 0; byte < 256; byte += 1)
    expect(gearCut(new Uint8Array(GEAR_MAX_BYTES).fill(byte))).toBe(GEAR_MAX_BYTES);
});

test('chunks of noise are near the target', async () => {
  const chunks = await chunksOf(cdcChunker, stream('mean', 64 * MiB));
  const sizes = chunks.slice(0, -1).map((chunk) => chunk.byteLength);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(GEAR_MIN_BYTES);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(GEAR_MAX_BYTES);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  expect(mean).toBeGreaterThan(500 * 1024);
  expect(mean).toBeLessThan(720 * 1024);
});

test('inserted bytes cost the chunks around them, wherever they are put', async () => {
  const before = new Set((await chunksOf(cdcChunker, noise)).map(hash));
  for (const at of [0, 1, 3_000_000, 8 * MiB - 1]) {
    const changed = Buffer.concat([noise.subarray(0, at), stream('new', 12_345), noise.subarray(at)]);
    const after = (await chunksOf(cdcChunker, changed)).map(hash);
    expect(after.filter((digest) => !before.has(digest)).length).toBeLessThanOrEqual(5);
    expect(after.filter((digest) => before.has(digest)).length).toBeGreaterThanOrEqual(before.size - 5);
  }
});

function hash(chunk: Uint8Array): string {
  return Buffer.from(chunk).toString('latin1');
}
