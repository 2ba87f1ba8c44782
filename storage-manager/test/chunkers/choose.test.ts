import { expect, test } from 'vitest';
import { chooseChunker } from '../../src/chunkers/choose.ts';
import { MAX_CHUNK_BYTES } from '../../src/limits.ts';

const gguf = new TextEncoder().encode('GGUF\u0003');
const other = Uint8Array.of(1, 2, 3, 4);
const large = MAX_CHUNK_BYTES + 1;

test.each([
  ['m.safetensors', large, other, undefined, 'tensor-1m'],
  ['m.bin', large, other, undefined, 'cdc-1m'],
  ['m.SAFETENSORS', large, other, undefined, 'cdc-1m'],
  ['m.safetensors', large, gguf, undefined, 'tensor-1m'],
  ['m.gguf', large, gguf, undefined, 'tensor-1m'],
  ['m.gguf', large, other, undefined, 'cdc-1m'],
  ['m-00001-of-00003.gguf', large, gguf, undefined, 'tensor-1m'],
  ['m.bin', large, gguf, undefined, 'tensor-1m'],
  ['m.safetensors', MAX_CHUNK_BYTES, other, undefined, 'fixed-1m'],
  ['empty', 0, new Uint8Array(), undefined, 'fixed-1m'],
  ['m.safetensors', large, other, 'fixed-1m', 'fixed-1m'],
  ['m.safetensors', large, other, 'cdc-1m', 'cdc-1m'],
  ['m.bin', large, other, 'tensor-1m', 'tensor-1m'],
  ['m.bin', 1, other, 'cdc-1m', 'fixed-1m'],
] as const)('%s of %i bytes beginning %s, wanted %s: %s', (path, size, head, wanted, name) => {
  expect(chooseChunker(path, size, head, wanted).name).toBe(name);
});

test.each(['fixed-1m', 'cdc-1m', 'tensor-1m'] as const)(
  '%s has no span for a file without bytes',
  async (wanted) => {
    const chunker = chooseChunker('m', large, other, wanted);
    const spans = await chunker.spans({ path: 'm', size: 0, read: async () => new Uint8Array() });
    expect(spans ?? []).toEqual([]);
  },
);
