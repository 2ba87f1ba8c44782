import { expect, test } from 'vitest';
import { fixedChunker } from '../../src/chunkers/fixed.ts';
import vectors from '../../vectors/fixed.json' with { type: 'json' };
import { cutFile } from './cut-file.ts';
import { stream } from './stream.ts';

test.each(vectors.files)('$name is cut as ever, whatever its bytes', async ({ size, ends }) => {
  expect(await cutFile(fixedChunker, new Uint8Array(size))).toEqual(ends);
  expect(await cutFile(fixedChunker, stream('fixed', size))).toEqual(ends);
});
