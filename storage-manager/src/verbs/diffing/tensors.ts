import type { ReleaseContent } from '../../format/release.ts';
import { type ChunkReader, TravelSpent } from './chunk-reader.ts';
import { matchTensors, type Pair } from './match.ts';
import { compareByChunks, comparePieces, type Piece, type StoredTensor } from './tensor-bytes.ts';
import { listTensors, type SkippedFile } from './tensor-files.ts';

/**
 * `same`, `moved` (the same name in another file), `renamed`: type, shape and bytes are equal. `changed`: one of them is
 * not. `unknown`: of one type, shape and size; whether the bytes are equal would take too much reading.
 */
export type TensorStatus = 'same' | 'moved' | 'renamed' | 'changed' | 'added' | 'removed' | 'unknown';

export interface TensorDifference extends Pair {
  readonly status: TensorStatus;
}

export interface TensorDifferences {
  /** In order of file and offset: of the right release, or of the left one where only that has the tensor. */
  readonly tensors: readonly TensorDifference[];
  readonly skipped: readonly (SkippedFile & { readonly side: 'left' | 'right' })[];
}

/** A pair of one type, shape and size whose bytes must be read. */
interface Open {
  readonly left: StoredTensor;
  readonly right: StoredTensor;
  readonly pieces: readonly Piece[];
  readonly bytes: number;
}

export async function compareTensors(
  left: ReleaseContent,
  right: ReleaseContent,
  reader: ChunkReader,
): Promise<TensorDifferences> {
  const [before, after] = [await listTensors(left, reader), await listTensors(right, reader)];
  const tensors: TensorDifference[] = [];
  const open: Open[] = [];
  for (const pair of matchTensors(before.tensors, after.tensors)) {
    const verdict = judge(pair);
    if (typeof verdict === 'string') tensors.push({ ...pair, status: verdict });
    else open.push(verdict);
  }
  const settled = await settle(open, reader);
  return {
    tensors: tensors.concat(settled).sort(inOrder),
    skipped: [
      ...before.skipped.map((file) => ({ ...file, side: 'left' as const })),
      ...after.skipped.map((file) => ({ ...file, side: 'right' as const })),
    ],
  };
}

/** What headers and chunk lists tell. */
function judge({ left, right }: Pair): TensorStatus | Open {
  if (left === null) return 'added';
  if (right === null) return 'removed';
  if (left.dtype !== right.dtype || left.shape.join() !== right.shape.join()) return 'changed';
  const equal = compareByChunks(left, right);
  if (typeof equal === 'boolean') return equal ? equalStatus(left, right) : 'changed';
  return { left, right, pieces: equal, bytes: equal.reduce((sum, { length }) => sum + length, 0) };
}

function equalStatus(left: StoredTensor, right: StoredTensor): TensorStatus {
  if (left.name !== right.name) return 'renamed';
  return left.file.path === right.file.path ? 'same' : 'moved';
}

/** Reads the smallest, as many as may be read; these in order of place, since neighbours share chunks. */
async function settle(open: readonly Open[], reader: ChunkReader): Promise<readonly TensorDifference[]> {
  const settled: TensorDifference[] = [];
  const readable = new Set<Open>();
  let planned = 0;
  for (const pair of open.toSorted((a, b) => a.bytes - b.bytes)) {
    planned += 2 * pair.bytes;
    if (planned <= reader.remaining) readable.add(pair);
  }
  for (const pair of open) {
    const status = readable.has(pair) ? await readStatus(pair) : 'unknown';
    settled.push({ left: pair.left, right: pair.right, status });
  }
  return settled;
}

async function readStatus({ left, right, pieces }: Open): Promise<TensorStatus> {
  try {
    return (await comparePieces(left, right, pieces)) ? equalStatus(left, right) : 'changed';
  } catch (error) {
    if (error instanceof TravelSpent) return 'unknown';
    throw error;
  }
}

function inOrder(a: Pair, b: Pair): number {
  const [first, second] = [(a.right ?? a.left)!, (b.right ?? b.left)!];
  const [path, other] = [first.file.path, second.file.path];
  return path === other ? first.begin - second.begin : path < other ? -1 : 1;
}
