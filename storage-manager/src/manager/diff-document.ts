import { cidText, DAG_CBOR } from '../ids/cid.ts';
import type { Diff } from '../verbs/diff.ts';
import type { FileDifference, FileStatus } from '../verbs/diffing/files.ts';
import { bytesOf, type StoredTensor } from '../verbs/diffing/tensor-bytes.ts';
import type { TensorDifference, TensorStatus } from '../verbs/diffing/tensors.ts';
import type { NameOf } from './names.ts';

/** What differs between two releases. */
export type ModelDiff = ReturnType<typeof diffDocument>;

const FILES: readonly FileStatus[] = ['same', 'moved', 'recut', 'changed', 'added', 'removed'];
const TENSORS: readonly TensorStatus[] = [
  'same',
  'moved',
  'renamed',
  'changed',
  'added',
  'removed',
  'unknown',
];

/** @param all whether to list what is the same, too; it is counted in any case */
export function diffDocument({ left, right, files, tensors, chunks }: Diff, all: boolean, nameOf: NameOf) {
  const listed = ({ status }: { status: FileStatus | TensorStatus }) => all || status !== 'same';
  return {
    left: side(left, nameOf),
    right: side(right, nameOf),
    counts: { files: countEach(files, FILES), tensors: countEach(tensors.tensors, TENSORS) },
    /** Different ones, each counted once; `rightOnly` is what a store that holds the left release lacks. */
    chunks,
    files: files.filter(listed).map(fileRow),
    tensors: tensors.tensors.filter(listed).map(tensorRow),
    /** Files whose tensors are not compared. */
    skipped: tensors.skipped,
  };
}

function side({ content: { digest, manifest, chunks } }: Diff['left'], nameOf: NameOf) {
  return {
    model: nameOf(manifest.model),
    version: manifest.version as string,
    manifest: cidText(digest, DAG_CBOR),
    files: manifest.files.length,
    chunks: chunks.count,
    bytes: manifest.bytes,
  };
}

function countEach<S extends string>(rows: readonly { readonly status: S }[], statuses: readonly S[]) {
  const counts = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<S, number>;
  for (const { status } of rows) counts[status] += 1;
  return counts;
}

function fileRow({ status, left, right }: FileDifference) {
  const at = (file: FileDifference['left']) => file && { path: file.path as string, bytes: file.size };
  return { status, left: at(left), right: at(right) };
}

function tensorRow({ status, left, right }: TensorDifference) {
  return { status, left: left && tensorFields(left), right: right && tensorFields(right) };
}

function tensorFields(tensor: StoredTensor) {
  const { name, dtype, shape, file } = tensor;
  return { name, file: file.path, dtype, shape, bytes: bytesOf(tensor) };
}
