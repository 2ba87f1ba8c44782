import type { RandomAccess } from '../interfaces.ts';

/** Caps of a header; part of what `tensor-1m` means, so they never change. The first is the one of safetensors. */
export const MAX_HEADER_BYTES = 100_000_000;
export const MAX_TENSORS = 262_144;

/** Dimensions of a tensor that are kept: a header may list fifty million, and cuts need none. */
export const MAX_SHAPE = 8;

/** What a header says of one tensor, whose bytes lie in the file from `begin` to before `end`. */
export interface Tensor {
  readonly name: string;
  /** As the format calls it: `BF16`, `Q4_K`. */
  readonly dtype: string;
  /** In the order of the header; of more than `MAX_SHAPE` dimensions one more than that. */
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads the tensors of a file in order of offset, empty ones too.
 * @returns null when the header is malformed or beyond the caps, or tensors overlap or leave the file
 */
export type ReadTensors = (file: RandomAccess) => Promise<readonly Tensor[] | null>;

/** A whole file of tensors. */
export interface TensorLayout {
  /** In order of offset. */
  readonly tensors: readonly Tensor[];
  /** First byte behind the header and its padding. */
  readonly start: number;
}

export type ReadLayout = (file: RandomAccess) => Promise<TensorLayout | null>;

/** Tensors in order of offset, or null where two overlap or one leaves the file. Gaps are allowed. */
export function placeTensors(tensors: readonly Tensor[], size: number): readonly Tensor[] | null {
  if (tensors.some(({ end }) => end > size)) return null;
  const placed = tensors.toSorted((a, b) => a.begin - b.begin);
  let free = 0;
  for (const { begin, end } of placed) {
    if (begin === end) continue;
    if (begin < free) return null;
    free = end;
  }
  return placed;
}

/** What a parser throws at a header that it refuses becomes null; any other error is the caller's. */
export async function orNull<T>(parsed: Promise<T>): Promise<T | null> {
  try {
    return await parsed;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
