import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinSmallSpans, LARGE_SPAN_BYTES, tensorChunker } from '../../src/chunkers/tensor.ts';
import { digestOf } from '../../src/ids/digest.ts';
import type { CutRule } from '../../src/interfaces.ts';
import vectors from '../../vectors/tensor.json' with { type: 'json' };
import { chunksOf, cutFile, fileOf } from './cut-file.ts';
import { makeSafetensors, type Tensor, withHeader } from './make-safetensors.ts';
import { stream } from './stream.ts';

const KiB = 1024;

test.each(vectors.files)('$name is cut as ever', async ({ header, data, ends }) => {
  expect(await cutFile(tensorChunker, withHeader(header, stream('tensor', data)))).toEqual(ends);
});

test('large tensors and the header stand alone, runs of small ones are one range', () => {
  const L = LARGE_SPAN_BYTES;
  const marks = [0, 100, 100 + L, 150 + L, 160 + L, 160 + 2 * L, 161 + 2 * L];
  expect(joinSmallSpans(marks, 170 + 2 * L, 'fixed')).toEqual([
    { offset: 0, length: 100, rule: 'fixed' },
    { offset: 100, length: L, rule: 'fixed' },
    { offset: 100 + L, length: 60, rule: 'gear' },
    { offset: 160 + L, length: L, rule: 'fixed' },
    { offset: 160 + 2 * L, length: 10, rule: 'gear' },
  ]);
  for (const rule of ['fixed', 'gear'] as const)
    expect(joinSmallSpans([0, 8], 7 + L, rule)).toEqual([
      { offset: 0, length: 8, rule },
      { offset: 8, length: L - 1, rule: 'gear' },
    ]);
});

test('spans follow each other from 0 to the end, and no two runs touch', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 2 * LARGE_SPAN_BYTES }), { minLength: 1, maxLength: 30 });
  const rules = fc.constantFrom<CutRule>('fixed', 'gear');
  fc.assert(
    fc.property(gaps, rules, (lengths, headerRule) => {
      const marks = lengths.map((_, i) => lengths.slice(0, i).reduce((sum, length) => sum + length, 0));
      const size = lengths.reduce((sum, length) => sum + length, 0);
      const [header, ...spans] = joinSmallSpans(marks, size, headerRule);
      expect(header).toEqual({ offset: 0, length: lengths[0], rule: headerRule });
      let end = lengths[0]!;
      let rule: CutRule = 'fixed';
      for (const span of spans) {
        expect(span.offset).toBe(end);
        expect([span.rule, rule]).not.toEqual(['gear', 'gear']);
        end += span.length;
        rule = span.rule;
      }
      expect(end).toBe(size);
    }),
  );
});

const model: Tensor[] = Array.from({ length: 40 }, (_, i) => {
  const size = i % 4 === 0 ? 1_500_000 + i : i % 4 === 1 ? 256 * KiB : 3_000 + i;
  return { name: `layers.${i}.weight`, bytes: stream(`t${i}`, size) };
});

const digestsOf = async (bytes: Uint8Array) => (await chunksOf(tensorChunker, bytes)).map(digestOf);

test.each<[string, Uint8Array]>([
  ['a longer header', makeSafetensors(model, { note: 'x'.repeat(5_000) })],
  ['renamed tensors', makeSafetensors(model.map(({ name, bytes }) => ({ name: `model.${name}`, bytes })))],
  ['a new small tensor', makeSafetensors(model.toSpliced(7, 0, { name: 'n', bytes: stream('n', 999) }))],
  [
    'a new large tensor',
    makeSafetensors(model.toSpliced(7, 0, { name: 'n', bytes: stream('n', 2_000_000) })),
  ],
  ['other order', makeSafetensors(model.toReversed())],
  ['half of the tensors in another file', makeSafetensors(model.slice(17))],
])('%s leaves the chunks of every tensor of 256 KiB and more', async (_, changed) => {
  const after = new Set(await digestsOf(changed));
  const present = new TextDecoder('latin1').decode(changed.subarray(0, 20_000));
  for (const { name, bytes } of model) {
    if (bytes.byteLength < LARGE_SPAN_BYTES || !present.includes(name)) continue;
    for (let at = 0; at < bytes.byteLength; at += 1024 * KiB)
      expect(after.has(digestOf(bytes.subarray(at, at + 1024 * KiB)))).toBe(true);
  }
});

test('a changed small tensor costs a few chunks among thousands of small ones', async () => {
  const small = Array.from({ length: 3_000 }, (_, i) => ({
    name: `${i}`,
    bytes: stream(`s${i}`, 5_000 + i),
  }));
  const before = await digestsOf(makeSafetensors(small));
  const after = await digestsOf(
    makeSafetensors(small.with(1_500, { name: 'changed', bytes: stream('c', 7_777) })),
  );
  const known = new Set(before);
  expect(before.length).toBeGreaterThan(20);
  // One near the change, one for the header.
  expect(after.filter((digest) => !known.has(digest)).length).toBeLessThanOrEqual(4);
});

test('what is no safetensors file is not cut along tensors', async () => {
  expect(await tensorChunker.spans(fileOf(stream('noise', 2_000_000)))).toBeNull();
});
