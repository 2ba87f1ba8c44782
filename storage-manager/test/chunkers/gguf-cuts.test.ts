import { expect, test } from 'vitest';
import { LARGE_SPAN_BYTES, tensorChunker } from '../../src/chunkers/tensor.ts';
import { digestOf } from '../../src/ids/digest.ts';
import { MAX_CHUNK_BYTES } from '../../src/limits.ts';
import vectors from '../../vectors/gguf.json' with { type: 'json' };
import { chunksOf, cutFile } from './cut-file.ts';
import { ARRAY, makeGguf, pair, STRING, text, u32, u64 } from './make-gguf.ts';
import type { Tensor } from './make-safetensors.ts';
import { stream } from './stream.ts';

test.each(vectors.files)('$name is cut as ever', async ({ header, data, ends }) => {
  const bytes = Buffer.concat([Buffer.from(header, 'base64'), stream('gguf', data)]);
  expect(await cutFile(tensorChunker, bytes)).toEqual(ends);
});

const model: Tensor[] = Array.from({ length: 40 }, (_, i) => {
  const size = i % 4 === 0 ? 1_500_000 + i : i % 4 === 1 ? LARGE_SPAN_BYTES : 3_000 + i;
  return { name: `blk.${i}.weight`, bytes: stream(`g${i}`, size) };
});
const general = [pair('general.name', STRING, text('Tiny'))];
const before = makeGguf(model, general);

const pieces = (bytes: Uint8Array) =>
  Array.from({ length: Math.ceil(bytes.byteLength / MAX_CHUNK_BYTES) }, (_, i) =>
    digestOf(bytes.subarray(i * MAX_CHUNK_BYTES, (i + 1) * MAX_CHUNK_BYTES)),
  );
const chunksAfter = async (bytes: Uint8Array) =>
  new Set((await chunksOf(tensorChunker, bytes)).map((chunk) => digestOf(chunk)));

/** Pads the tensor as the file does, for padding belongs to the span before it. */
const spanOf = ({ bytes }: Tensor) => {
  const span = new Uint8Array(Math.ceil(bytes.byteLength / 32) * 32);
  span.set(bytes);
  return span;
};

test.each<[string, readonly Tensor[], readonly Uint8Array[], readonly number[]]>([
  ['a longer header', model, [...general, pair('k', STRING, text('x'.repeat(5_000)))], []],
  [
    'a requantised large tensor',
    model.with(8, { name: 'blk.8.weight', bytes: stream('q', 700_000) }),
    general,
    [8],
  ],
  [
    'a requantised small tensor',
    model.with(6, { name: 'blk.6.weight', bytes: stream('q', 1_700) }),
    general,
    [],
  ],
  ['a new large tensor', model.toSpliced(7, 0, { name: 'n', bytes: stream('n', 2_000_000) }), general, []],
  ['a new small tensor', model.toSpliced(7, 0, { name: 'n', bytes: stream('n', 999) }), general, []],
  ['other order', model.toReversed(), general, []],
])(
  '%s leaves the chunks of every other tensor of 256 KiB and more',
  async (_, tensors, metadata, changed) => {
    const after = await chunksAfter(makeGguf(tensors, metadata));
    const large = model.filter(
      ({ bytes }, i) => bytes.byteLength >= LARGE_SPAN_BYTES && !changed.includes(i),
    );
    expect(large.flatMap((tensor) => pieces(spanOf(tensor))).filter((piece) => !after.has(piece))).toEqual(
      [],
    );
  },
);

test('what a change costs', async () => {
  const known = await chunksAfter(before);
  const fresh = async (...file: Parameters<typeof makeGguf>) =>
    [...(await chunksAfter(makeGguf(...file)))].filter((digest) => !known.has(digest)).length;
  // The header.
  expect(await fresh(model, [...general, ...general.map(() => pair('k', STRING, text('v')))])).toBe(1);
  // The header and the tensor's own.
  expect(await fresh(model.with(8, { name: 'blk.8.weight', bytes: stream('q', 1_500_000) }), general)).toBe(
    3,
  );
});

test('a longer name costs the chunks around it, whatever vocabulary follows', async () => {
  const words = (count: number) =>
    Buffer.concat([u32(STRING), u64(count), ...Array.from({ length: count }, (_, i) => text(word(i)))]);
  const vocabulary = [
    pair('tokenizer.ggml.tokens', ARRAY, words(150_000)),
    pair('tokenizer.ggml.token_type', ARRAY, u32(5), u64(150_000), Buffer.alloc(600_000, u32(1))),
    pair('tokenizer.ggml.merges', ARRAY, words(250_000)),
  ];
  const named = (name: string) => makeGguf(model, [pair('general.name', STRING, text(name)), ...vocabulary]);
  const before = await chunksAfter(named('Tiny'));
  const after = await chunksOf(tensorChunker, named('Tiny, with a longer name'));
  const fresh = after.filter((chunk) => !before.has(digestOf(chunk)));
  expect(named('Tiny').byteLength - makeGguf(model).byteLength).toBeGreaterThan(6_000_000);
  expect(fresh.reduce((sum, chunk) => sum + chunk.byteLength, 0)).toBeLessThan(1_000_000);
});

/** About as long as a token, and no two alike. */
function word(i: number): string {
  return ((i * 2_654_435_761) % 2 ** 32).toString(36);
}
