import type { Chunker, Span } from '../interfaces.ts';
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
    const tensors = await readTensors(file);
    if (tensors === null) return null;
    const marks = [0];
    for (const { begin, end } of tensors) if (begin < end) marks.push(begin);
    return joinSmallSpans(marks, file.size);
  },
};

/** The tensors of a file that begins as GGUF does, else of a safetensors file. */
export const readTensors: ReadTensors = async (file) => {
  const head = await file.read(0, Math.min(HEAD_BYTES, file.size));
  return isGguf(head) ? readGguf(file) : readSafetensors(file);
};

/**
 * Spans run from mark to mark and to the end of the file. The first (the header) and the large ones are cut alone;
 * each maximal run of others is one Gear range, for a change among small tensors then costs a few chunks near it
 * (joined greedily up to a size, they would never line up again).
 * @param marks 0 and the first byte of each tensor, rising
 */
export function joinSmallSpans(marks: readonly number[], size: number): Span[] {
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
    spans.push({ offset, length, rule: 'fixed' });
  });
  endRun(size);
  return spans;
}
