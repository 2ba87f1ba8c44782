import type { Chunker, CutRule, RandomAccess, Span } from '../interfaces.ts';
import { KiB } from '../limits.ts';
import { isGguf, readGguf } from './gguf.ts';
import { readSafetensors } from './safetensors.ts';
import type { ReadTensors } from './tensor-header.ts';

/** A tensor this large is cut alone, so that nothing around it moves its cuts. */
export const LARGE_SPAN_BYTES = 256 * KiB;

const HEAD_BYTES = 4;

/** Cuts a GGUF or safetensors file along its tensors. */
export const tensorChunker: Chunker = {
  name: 'tensor-1m',
  async spans(file) {
    const { read, headerRule } = await formatOf(file);
    const tensors = await read(file);
    if (tensors === null) return null;
    const marks = [0];
    for (const { begin, end } of tensors) if (begin < end) marks.push(begin);
    return joinSmallSpans(marks, file.size, headerRule);
  },
};

/** The tensors of a file that begins as GGUF does, else of a safetensors file. */
export const readTensors: ReadTensors = async (file) => (await formatOf(file)).read(file);

interface TensorFormat {
  readonly read: ReadTensors;
  readonly headerRule: CutRule;
}

/** By content, since a vocabulary of megabytes stands behind the model's name. */
const GGUF: TensorFormat = { read: readGguf, headerRule: 'gear' };
const SAFETENSORS: TensorFormat = { read: readSafetensors, headerRule: 'fixed' };

async function formatOf(file: RandomAccess): Promise<TensorFormat> {
  const head = await file.read(0, Math.min(HEAD_BYTES, file.size));
  return isGguf(head) ? GGUF : SAFETENSORS;
}

/**
 * Spans run from mark to mark and to the end of the file. The first (the header) and the large ones are cut alone;
 * each maximal run of others is one Gear range, for a change among small tensors then costs a few chunks near it
 * (joined greedily up to a size, they would never line up again). The header joins no run, whatever its rule.
 * @param marks 0 and the first byte of each tensor, rising
 */
export function joinSmallSpans(marks: readonly number[], size: number, headerRule: CutRule): Span[] {
  const spans: Span[] = [];
  let smallStart: number | null = null;
  const endRun = (end: number) => {
    if (smallStart !== null) spans.push({ offset: smallStart, length: end - smallStart, rule: 'gear' });
    smallStart = null;
  };
  marks.forEach((offset, i) => {
    const length = (marks[i + 1] ?? size) - offset;
    if (i > 0 && length < LARGE_SPAN_BYTES) {
      smallStart ??= offset;
      return;
    }
    endRun(offset);
    spans.push({ offset, length, rule: i === 0 ? headerRule : 'fixed' });
  });
  endRun(size);
  return spans;
}
